import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cpu } from '@graft-ml/backend-cpu';
import { useBackend } from '../src/index.js';

const own = new Map<string, tf.GradConfig | undefined>();

beforeAll(async () => {
  for (const name of ['Sum', 'Mean']) own.set(name, tf.getGradient(name));
  await useBackend(cpu());
});

async function gradientOf(reduce: (x: tf.Tensor) => tf.Tensor, shape: readonly number[]): Promise<number[]> {
  const x = tf.randomNormal([...shape], 0, 1, 'float32', 5);
  const dy = tf.randomNormal(reduce(x).shape, 0, 1, 'float32', 6);
  return [
    ...(await tf
      .grad((each) => reduce(each))(x, dy)
      .data()),
  ];
}

/** By tfjs's gradients, as they were before Graft's took their place. */
async function byTfjs(run: () => Promise<number[]>): Promise<number[]> {
  const graft = ['Sum', 'Mean'].map((name) => tf.getGradient(name));
  for (const config of own.values()) if (config !== undefined) tf.registerGradient(config);
  try {
    return await run();
  } finally {
    for (const config of graft) tf.registerGradient(config);
  }
}

describe('gradients of sum and mean are the bits of tfjs', () => {
  test.each([
    [[7], undefined, false],
    [[3, 4], 0, false],
    [[3, 4], -1, true],
    [[2, 3, 4, 5], [1, 2], false],
    [[2, 3, 4, 5], [0, 3], true],
    [[2, 1, 4], [1], false],
    [[], undefined, false],
  ])('shape %j, axes %j, keepDims %s', async (shape, axes, keepDims) => {
    expect(own.get('Mean')).toBeDefined();
    expect(tf.getGradient('Mean')).not.toBe(own.get('Mean'));
    for (const op of [tf.sum, tf.mean]) {
      const run = (): Promise<number[]> => gradientOf((x) => op(x, axes, keepDims), shape);
      const found = await run();
      expect(found).toEqual(await byTfjs(run));
      expect(found.length).toBe(tf.util.sizeFromShape(shape));
    }
  });
});
