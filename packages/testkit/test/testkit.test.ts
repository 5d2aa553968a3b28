import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '@graft-ml/core';
import { cpu } from '@graft-ml/backend-cpu';
import {
  assertNoLeaks,
  assertSameOutcome,
  checkGradients,
  edgeCases,
  opCases,
  valuesOf,
  type Differentiable,
} from '../src/index.js';

beforeAll(async () => {
  await useBackend(cpu());
});

function parabola(slope: (x: tf.Tensor) => tf.Tensor): Differentiable {
  return {
    name: 'parabola',
    build: () => {
      const x = tf.variable(tf.tensor1d([1, -2, 0.5]));
      const square = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
        const [value] = args;
        if (!(value instanceof tf.Tensor)) throw new Error('unreachable');
        return { value: tf.square(value), gradFunc: (dy: tf.Tensor) => tf.mul(dy, slope(value)) };
      });
      return { variables: [x], losses: () => square(x) };
    },
  };
}

test('a right gradient passes and a wrong one is named', async () => {
  await checkGradients(parabola((x) => tf.mul(x, 2)));
  await expect(checkGradients(parabola((x) => tf.mul(x, 1.9)))).rejects.toThrow(/parabola: along a direction/);
  const lacksAPart = parabola((x) => tf.mul(tf.mul(x, 2), tf.tensor1d([1, 0, 1])));
  await expect(checkGradients(lacksAPart)).rejects.toThrow(/the gradient says/);
});

test('a leak is named', async () => {
  const kept: tf.Tensor[] = [];
  await assertNoLeaks(() => tf.ones([3]).dispose());
  await expect(assertNoLeaks(() => void kept.push(tf.ones([3])), { steps: 5 })).rejects.toThrow(/tensors went from/);
  tf.dispose(kept);
});

test('outcomes are compared by shape, type and value, NaN included', () => {
  const outcome = { shape: [2], dtype: 'float32', values: [1, NaN] };
  assertSameOutcome({ ...outcome, values: [1.00001, NaN] }, outcome, 1e-4);
  expect(() => assertSameOutcome({ ...outcome, values: [1, 2] }, outcome, 1e-4)).toThrow(/Element 1 of 2 is 2/);
  expect(() => assertSameOutcome({ ...outcome, values: [Infinity, NaN] }, outcome, 1e-4)).toThrow(/Infinity/);
  expect(() => assertSameOutcome({ ...outcome, shape: [1, 2] }, outcome, 1e-4)).toThrow(/shape/);
  expect(() => assertSameOutcome({ ...outcome, dtype: 'int32' }, outcome, 1e-4)).toThrow(/type/);
});

test('planned values are reproducible, and no op is listed twice', () => {
  const plan = { shape: [4], seed: 3, overwrite: [[5, NaN]] as const };
  expect(valuesOf(plan)).toEqual(valuesOf(plan));
  expect(valuesOf(plan)[1]).toBeNaN();
  expect(
    valuesOf({ shape: [50], dtype: 'int32', seed: 1, low: -2, high: 3 }).every((each) => each >= -2 && each < 3),
  ).toBe(true);
  const names = [...opCases, ...edgeCases].map((each) => each.name);
  expect(names).toEqual([...new Set(names)]);
});
