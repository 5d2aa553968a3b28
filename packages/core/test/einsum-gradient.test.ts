import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { registerGradients, useBackend } from '../src/index.js';
import { present, testBackend, values } from './helpers.js';

beforeAll(async () => {
  await useBackend(testBackend());
});

/** Σ einsum(…)·w, so that every output counts differently. */
function weighed(equation: string, operands: tf.Tensor[]): tf.Tensor {
  const output = tf.einsum(equation, ...operands);
  const weights = tf.reshape(tf.add(tf.sin(tf.range(0, output.size)), 1.5), output.shape);
  return tf.sum(tf.mul(output, weights));
}

async function centralDifferences(equation: string, operands: tf.Tensor[], which: number): Promise<number[]> {
  const step = 1e-2;
  const original = await values(present(operands[which]));
  const at = async (index: number, change: number): Promise<number> => {
    const moved = original.map((value, each) => (each === index ? value + change : value));
    const replaced = operands.map((operand, each) => (each === which ? tf.tensor(moved, operand.shape) : operand));
    return present((await values(weighed(equation, replaced)))[0]);
  };
  const gradient: number[] = [];
  for (const index of original.keys()) gradient.push(((await at(index, step)) - (await at(index, -step))) / (2 * step));
  return gradient;
}

describe('the einsum gradient', () => {
  it.each<[string, number[][]]>([
    [
      'ab,bc->ac',
      [
        [2, 3],
        [3, 4],
      ],
    ],
    [
      'ab , bc -> ca',
      [
        [2, 3],
        [3, 4],
      ],
    ],
    [
      'bij,bjk->bik',
      [
        [2, 2, 3],
        [2, 3, 2],
      ],
    ],
    [
      'bthd,bshd->bhts',
      [
        [1, 2, 2, 3],
        [1, 3, 2, 3],
      ],
    ],
    [
      'bhts,bshd->bthd',
      [
        [1, 2, 2, 3],
        [1, 3, 2, 2],
      ],
    ],
    [
      'btd,dhk->bthk',
      [
        [1, 3, 2],
        [2, 2, 2],
      ],
    ],
    ['a,b->ab', [[3], [2]]],
    [
      'ab,ab->a',
      [
        [2, 3],
        [2, 3],
      ],
    ],
    ['ab,b->a', [[2, 3], [3]]],
    ['ab->ba', [[2, 3]]],
    ['abc->b', [[2, 3, 2]]],
    [
      'ab,ab->',
      [
        [2, 3],
        [2, 3],
      ],
    ],
    ['ab->', [[2, 3]]],
  ])('of %s agrees with central differences', async (equation, shapes) => {
    const operands = shapes.map((shape, seed) => tf.randomUniform(shape, -1, 1, 'float32', seed + 1));
    const gradients = tf.grads((...inputs: tf.Tensor[]) => weighed(equation, inputs))(operands);
    for (const which of operands.keys()) {
      const gradient = present(gradients[which]);
      expect(gradient.shape).toEqual(shapes[which]);
      const [found, wanted] = [await values(gradient), await centralDifferences(equation, operands, which)];
      for (const [index, value] of wanted.entries())
        expect(found[index], `operand ${which}, value ${index}`).toBeCloseTo(value, 2);
    }
  });

  it('is registered once, however often asked', () => {
    const before = tf.getGradient('Einsum');
    registerGradients();
    expect(tf.getGradient('Einsum')).toBe(before);
  });
});
