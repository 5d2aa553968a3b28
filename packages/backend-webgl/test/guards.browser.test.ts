import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@graft-ml/core';
import { checkLostEngine } from '@graft-ml/testkit';
import { expect, test } from 'vitest';
import { GuardedWebgl } from '../src/guarded-webgl.js';
import { webgl } from '../src/index.js';

const SOFTWARE = { software: true } as const;

function running(): GuardedWebgl {
  const backend = tf.backend();
  if (!(backend instanceof GuardedWebgl)) throw new Error('WebGL is not selected.');
  return backend;
}

test('says what it runs on, and may be started again', async () => {
  const first = await useBackend(webgl(SOFTWARE));
  expect(first).toMatchObject({ name: 'webgl', engine: 'webgl', details: { tensorflow: '4.22.0' } });
  expect(first.details['renderer']).toMatch(/SwiftShader/i);
  const kept = tf.tensor1d([1, 2]);
  expect(await useBackend(webgl(SOFTWARE))).toEqual(first);
  const sum = tf.add(kept, 1);
  expect([...(await sum.data())]).toEqual([2, 3]);
  tf.dispose([kept, sum]);
  expect(tf.backend().epsilon()).toBe(1e-7);
});

test('refuses a renderer on the CPU unless it is asked for', async () => {
  await expect(webgl().start()).rejects.toThrow(/without a graphics card.*webgl\(\{ software: true \}\)/);
});

test('a lost context ends a training with an error and a resumable checkpoint', { timeout: 120_000 }, async () => {
  await checkLostEngine(webgl(SOFTWARE), () => {
    running().context.gl.getExtension('WEBGL_lose_context')?.loseContext();
  });
});

test('a read that waits when the context goes is refused, and nothing keeps polling', async () => {
  await useBackend(webgl(SOFTWARE));
  const backend = running();
  const read = tf.tidy(() => tf.matMul(tf.ones([300, 300]), tf.ones([300, 300]))).data();
  backend.context.gl.getExtension('WEBGL_lose_context')?.loseContext();
  await expect(read).rejects.toMatchObject({ code: 'engine-lost' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(Reflect.get(backend.gpgpu, 'itemsToPoll')).toEqual([]);
  expect(() => tf.add(tf.ones([300, 300]), 1)).toThrow(/context was lost/);
  await useBackend(webgl(SOFTWARE));
});

test('memory has a ceiling, above which an operation is refused and the engine goes on', async () => {
  await useBackend(webgl({ ...SOFTWARE, memoryCeiling: 4e6 }));
  const before = tf.memory().numTensors;
  const big = tf.tidy(() => tf.add(tf.ones([600, 600]), 1));
  expect(() => tf.tidy(() => tf.concat([big, big, big, big]))).toThrow(
    /of textures are in use.*4\.0 MB.*memoryCeiling/,
  );
  expect((await big.data())[7]).toBe(2);
  big.dispose();
  expect(tf.memory().numTensors).toBe(before);
  const sum = tf.tidy(() => tf.sum(tf.add(tf.ones([200, 200]), 1)));
  expect((await sum.data())[0]).toBe(80_000);
  sum.dispose();
});

test('textures are kept for reuse, or released at once', async () => {
  for (const [keepTextures, expected] of [
    [0, 0],
    [Infinity, 1],
  ] as const) {
    await useBackend(webgl({ ...SOFTWARE, keepTextures }));
    tf.tidy(() => tf.add(tf.ones([512, 512]), 1));
    const { numBytesInGPUFree } = running().memory();
    expect(Math.sign(numBytesInGPUFree)).toBe(expected);
  }
});

test('sizes below 0 are refused', async () => {
  await expect(webgl({ memoryCeiling: -1 }).start()).rejects.toMatchObject({ code: 'bad-input' });
});
