import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { useBackend } from '@graft-ml/core';
import { wasm } from '../src/index.js';

test('a browser finds the binaries and trains on one thread, even on an isolated page', async () => {
  const active = await useBackend(wasm());
  expect(active.details).toMatchObject({ simd: true, relaxedSimd: true, threads: 1 });
  const x = tf.randomNormal<tf.Rank.R4>([2, 8, 8, 3], 0, 1, 'float32', 1);
  const filter = tf.variable(tf.randomNormal<tf.Rank.R4>([3, 3, 3, 4], 0, 1, 'float32', 2));
  const { value, grads } = tf.variableGrads(
    () => tf.sum<tf.Scalar>(tf.relu(tf.conv2d(x, filter, 1, 'same'))),
    [filter],
  );
  expect(Number.isFinite((await value.data())[0])).toBe(true);
  expect(Object.values(grads).map((each) => each.shape)).toEqual([[3, 3, 3, 4]]);
});
