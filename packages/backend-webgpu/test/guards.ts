import * as tf from '@tensorflow/tfjs-core';
import { GraftError, useBackend, type Backend } from '@graft-ml/core';
import { checkLostEngine } from '@graft-ml/testkit';
import { expect } from 'vitest';
import { GuardedWebgpu } from '../src/guarded-webgpu.js';
import type { WebgpuOptions } from '../src/index.js';

/** What the guards promise, in browsers and in Node alike. */
export const GUARDS: readonly {
  readonly name: string;
  readonly check: (webgpu: (options?: WebgpuOptions) => Backend) => Promise<void>;
}[] = [
  {
    name: 'says what it runs on, and may be started again',
    async check(webgpu) {
      const first = await useBackend(webgpu({ software: true }));
      expect(first).toMatchObject({
        name: 'webgpu',
        engine: 'webgpu',
        details: { tensorflow: '4.22.0', software: true },
      });
      expect(first.details['adapter']).toMatch(/swiftshader|llvmpipe/i);
      expect(await useBackend(webgpu({ software: true }))).toEqual(first);
      const sum = tf.tidy(() => tf.add(tf.tensor1d([1, 2]), 1));
      expect([...(await sum.data())]).toEqual([2, 3]);
      sum.dispose();
    },
  },
  {
    name: 'refuses an adapter on the CPU unless it is asked for',
    async check(webgpu) {
      await expect(webgpu().start()).rejects.toThrow(/without a graphics card.*webgpu\(\{ software: true \}\)/);
    },
  },
  {
    name: 'a lost device ends a training with an error and a resumable checkpoint',
    async check(webgpu) {
      await checkLostEngine(webgpu({ software: true }), () => {
        running().device.destroy();
      });
    },
  },
  {
    name: 'an operation that the device refuses is an error of the next read, never zeros',
    async check(webgpu) {
      await useBackend(webgpu({ software: true }));
      const { device } = running();
      const x = tf.tidy(() => tf.add(tf.ones([600]), 1));
      device.createBuffer({ size: 4, usage: 0 });
      const thrown: unknown = await x.data().catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(GraftError);
      expect(thrown).toMatchObject({ code: 'unavailable', what: expect.stringContaining('refused an operation') });
      expect((await tf.sum(x).data())[0]).toBe(1200);
      x.dispose();
    },
  },
];

function running(): GuardedWebgpu {
  const backend = tf.backend();
  if (!(backend instanceof GuardedWebgpu)) throw new Error('WebGPU is not selected.');
  return backend;
}
