import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { useBackend } from '@graft-ml/core';
import { wasm } from '../src/index.js';

test('a start that failed says where it looked, and can be tried again, with other paths too', async () => {
  for (const wasmPaths of ['/nowhere/', '/nowhere/', '/elsewhere/']) {
    await expect(useBackend(wasm({ wasmPaths }))).rejects.toMatchObject({
      name: 'GraftError',
      code: 'unavailable',
      expected: expect.stringContaining(`${wasmPaths}tfjs-backend-wasm-simd.wasm`),
      remedy: expect.stringContaining('start it again'),
    });
  }
  expect((await useBackend(wasm())).engine).toBe('wasm');
  const sum = tf.tidy(() => tf.add(tf.tensor1d([1, 2]), 1));
  expect([...(await sum.data())]).toEqual([2, 3]);
  sum.dispose();
});
