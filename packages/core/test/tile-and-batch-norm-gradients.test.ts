import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cpu } from '@graft-ml/backend-cpu';
import { useBackend } from '../src/index.js';

const own = new Map<string, tf.GradConfig | undefined>();

beforeAll(async () => {
  for (const name of ['Tile', 'FusedBatchNorm']) own.set(name, tf.getGradient(name));
  await useBackend(cpu());
});

/** By tfjs's gradient of a kernel, as it was before Graft's took its place. */
async function byTfjs<T>(name: string, run: () => Promise<T>): Promise<T> {
  const [theirs, graft] = [own.get(name), tf.getGradient(name)];
  if (theirs === undefined) throw new Error('tfjs has a gradient of its own');
  expect(graft).not.toBe(theirs);
  tf.unregisterGradient(name);
  tf.registerGradient(theirs);
  try {
    return await run();
  } finally {
    tf.unregisterGradient(name);
    tf.registerGradient(graft);
  }
}

const draw = (shape: readonly number[], seed: number): tf.Tensor =>
  tf.randomUniform([...shape], 0.2, 1.5, 'float32', seed);

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual).toHaveLength(expected.length);
  for (let at = 0; at < actual.length; at++) expect(actual[at]).toBeCloseTo(expected[at] ?? Number.NaN, 4);
}

describe('the gradient of tile is that of tfjs', () => {
  test.each([
    [[3], [4]],
    [
      [2, 3],
      [1, 5],
    ],
    [
      [2, 1, 3],
      [2, 4, 1],
    ],
    [
      [2, 3, 1, 2],
      [3, 1, 5, 2],
    ],
    [
      [2, 3],
      [1, 1],
    ],
  ])('%j by %j', async (shape, reps) => {
    const dy = draw(
      shape.map((size, axis) => size * (reps[axis] ?? 1)),
      2,
    );
    const run = async () =>
      tf
        .grad((x: tf.Tensor) => tf.mul(tf.tile(x, reps), dy))(draw(shape, 1))
        .data();
    expectClose(await run(), await byTfjs('Tile', run));
  });
});

describe('the gradients of batchNorm by given statistics are those of tfjs', () => {
  test.each([
    [[2, 3, 4, 5], [5]],
    [[6, 5], [5]],
    [[3, 4, 5], [5]],
  ])('x %j, statistics %j', async (shape, statistics) => {
    const dy = draw(shape, 7);
    const rest = [2, 3, 4, 5].map((seed) => draw(statistics, seed));
    const run = async (): Promise<number[][]> => {
      const gradients = tf.grads((x, mean, variance, offset, scale) =>
        tf.mul(tf.batchNorm(x ?? dy, mean ?? dy, variance ?? dy, offset, scale, 0.01), dy),
      )([draw(shape, 1), ...rest]);
      return Promise.all(gradients.map(async (each) => Array.from(await each.data())));
    };
    const [found, wanted] = [await run(), await byTfjs('FusedBatchNorm', run)];
    for (const [at, each] of wanted.entries()) expectClose(found[at] ?? [], each);
  });
});
