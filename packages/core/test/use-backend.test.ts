import { describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import {
  assertOneTensorFlow,
  GraftError,
  selectEngine,
  TENSORFLOW_VERSION,
  useBackend,
  withScope,
  type Backend,
} from '../src/index.js';
import { caught, testBackend, values } from './helpers.js';

const broken = (name: string): Backend => ({
  name,
  start: () => Promise.reject(new GraftError({ code: 'unavailable', what: `${name} has no driver.` })),
});

/** Says that it runs, but another engine does. */
const liar: Backend = { name: 'liar', start: () => Promise.resolve({ engine: 'webgl', details: {} }) };

describe('useBackend', () => {
  it('starts one', async () => {
    expect(await useBackend(testBackend())).toEqual({ name: 'cpu', engine: 'cpu', details: {}, refused: [] });
    expect(tf.getBackend()).toBe('cpu');
  });

  it('starts the first of a list that runs, and says why the ones before it did not', async () => {
    const active = await useBackend([broken('webgpu'), liar, testBackend('fallback'), broken('never asked')]);
    expect(active.name).toBe('fallback');
    expect(active.refused.map((each) => each.name)).toEqual(['webgpu', 'liar']);
    expect(active.refused[0]?.why).toBe('webgpu has no driver.');
    expect(active.refused[1]?.why).toContain('runs on "cpu"');
  });

  it('throws the cause when the only one fails', async () => {
    expect((await caught(() => useBackend(broken('webgpu')))).message).toBe('webgpu has no driver.');
    expect((await caught(() => useBackend([liar]))).code).toBe('unavailable');
  });

  it('throws every reason when all fail', async () => {
    const error = await caught(() => useBackend([broken('a'), broken('b')]));
    expect(error.code).toBe('unavailable');
    expect(error.message).toMatch(/a \(a has no driver\.\); b \(b has no driver\.\)/);
  });

  it('refuses an empty list', async () => {
    expect((await caught(() => useBackend([]))).code).toBe('bad-input');
  });

  it('an engine that nobody registered is an error, never another engine', async () => {
    await useBackend(testBackend());
    expect(await caught(() => selectEngine('quantum'))).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('"quantum"'),
    });
    expect(tf.getBackend()).toBe('cpu');
  });

  it('accepts the one TensorFlow.js that is loaded, and refuses a second', async () => {
    expect(tf.version_core).toBe(TENSORFLOW_VERSION);
    assertOneTensorFlow();
    const key = Symbol.for('@graft-ml/tensorflow-engine');
    const mine: unknown = Reflect.get(globalThis, key);
    Reflect.set(globalThis, key, class OtherTensor {});
    try {
      expect((await caught(assertOneTensorFlow)).message).toContain('Two copies');
    } finally {
      Reflect.set(globalThis, key, mine);
    }
  });
});

describe('withScope', () => {
  it('disposes what it owns, also when the work throws, and gives back what was released', async () => {
    await useBackend(testBackend());
    const before = tf.memory().numTensors;
    const kept = await withScope(async (scope) => {
      const a = scope.own(tf.tensor1d([1, 2]));
      await a.data();
      return scope.release(scope.own(tf.add(a, 1)));
    });
    expect(await values(kept)).toEqual([2, 3]);
    kept.dispose();
    await expect(
      withScope((scope) => {
        scope.own(tf.ones([3]));
        return Promise.reject(new Error('midway'));
      }),
    ).rejects.toThrow('midway');
    expect(tf.memory().numTensors).toBe(before);
  });
});
