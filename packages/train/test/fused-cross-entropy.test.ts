import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { wasm } from '@graft-ml/backend-wasm';
import { createRng, FUSED, useBackend } from '@graft-ml/core';
import { crossEntropy } from '../src/index.js';
import { crossEntropyOf } from '../src/losses/cross-entropy.js';

beforeAll(async () => {
  await useBackend(wasm());
});

interface Outcome {
  readonly loss: number;
  readonly gradient: Float32Array;
}

async function outcome(logits: Float32Array, ids: Int32Array): Promise<Outcome> {
  const x = tf.tensor2d(logits, [ids.length, logits.length / ids.length]);
  const targets = tf.tensor1d(ids, 'int32');
  const { value, grad } = tf.valueAndGrad((each) => tf.reshape(crossEntropyOf(each, targets, crossEntropy()), []))(x);
  const found = { loss: (await value.data())[0] ?? 0, gradient: Float32Array.from(await grad.data()) };
  tf.dispose([x, targets, value, grad]);
  return found;
}

/** The same by the ops of a backend without the kernel. */
async function composed(logits: Float32Array, ids: Int32Array): Promise<Outcome> {
  const config: tf.KernelConfig | undefined = tf.getKernel(FUSED.softmaxCrossEntropy, 'wasm');
  if (config === undefined) throw new Error('The wasm backend has no fused cross-entropy.');
  tf.unregisterKernel(FUSED.softmaxCrossEntropy, 'wasm');
  try {
    return await outcome(logits, ids);
  } finally {
    tf.registerKernel(config);
  }
}

/** In double precision. */
function exact(logits: Float32Array, ids: Int32Array): { loss: number; gradient: number[] } {
  const classes = logits.length / ids.length;
  let loss = 0;
  const gradient: number[] = [];
  for (const [row, id] of ids.entries()) {
    const x = [...logits.subarray(row * classes, (row + 1) * classes)];
    const top = Math.max(...x);
    const total = x.reduce((sum, each) => sum + Math.exp(each - top), 0);
    loss += (Math.log(total) - ((x[id] ?? 0) - top)) / ids.length;
    for (const [at, each] of x.entries()) {
      gradient.push((Math.exp(each - top) / total - (at === id ? 1 : 0)) / ids.length);
    }
  }
  return { loss, gradient };
}

describe('softmax cross-entropy in one kernel', () => {
  test.each([
    [1, 2, 3],
    [3, 3, 1],
    [5, 4, 30],
    [7, 10, 5],
    [32, 10, 0.01],
    [4, 1001, 12],
    [6, 15, 200],
  ])(
    '%i × %i logits of spread %d agree with the composed ops and with exact numbers',
    async (rows, classes, spread) => {
      const rng = createRng(rows * classes);
      const logits = Float32Array.from({ length: rows * classes }, () => rng.normal() * spread);
      const ids = Int32Array.from({ length: rows }, () => rng.int(classes));
      const fused = await outcome(logits, ids);
      const reference = exact(logits, ids);
      const old = await composed(logits, ids);
      expect(Math.abs(fused.loss - old.loss)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(old.loss)));
      expect(Math.abs(fused.loss - reference.loss)).toBeLessThanOrEqual(1e-6 * Math.max(1e-3, reference.loss));
      for (const [at, value] of reference.gradient.entries()) {
        // p − 1 has no more digits than p, whose logit was rounded when the largest was taken from it.
        const tolerance = 1e-6 * Math.max(Math.abs(value), 0.5 / rows);
        expect(Math.abs((fused.gradient[at] ?? 0) - value)).toBeLessThanOrEqual(tolerance);
        expect(Math.abs((fused.gradient[at] ?? 0) - (old.gradient[at] ?? 0))).toBeLessThanOrEqual(2 * tolerance);
      }
    },
  );

  test.each([Number.NaN, Infinity])('a logit of %d is seen in the loss', async (bad) => {
    for (const at of [0, 4, 6]) {
      const logits = Float32Array.from({ length: 14 }, (_, index) => index / 5);
      logits[7 + at] = bad;
      expect(Number.isFinite((await outcome(logits, Int32Array.of(2, 3))).loss)).toBe(false);
    }
  });

  test('an impossible class costs infinitely much only where it is the label', async () => {
    const logits = Float32Array.of(0, -Infinity, 1, 2, 3);
    expect((await outcome(logits, Int32Array.of(1))).loss).toBe(Infinity);
    expect((await outcome(logits, Int32Array.of(4))).loss).toBeCloseTo(0.4402, 4);
  });

  test('ids outside the classes take nothing, as one-hot vectors of zeros', async () => {
    const logits = Float32Array.of(1, 2, 3, 4, 5, 6);
    const ids = Int32Array.of(-1, 3);
    const [fused, old] = [await outcome(logits, ids), await composed(logits, ids)];
    expect(fused.loss).toBe(0);
    expect(old.loss).toBeCloseTo(0, 12);
    for (const [at, value] of old.gradient.entries()) expect(fused.gradient[at]).toBeCloseTo(value, 7);
  });
});
