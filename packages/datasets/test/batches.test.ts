import * as tf from '@tensorflow/tfjs-core';
import { cpu } from '@graft-ml/backend-cpu';
import { createRng, useBackend } from '@graft-ml/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { batches, disposeBatch, type BatchesOptions, type Dataset } from '../src/index.js';
import { toy } from './toy.js';

beforeAll(async () => {
  await useBackend(cpu());
});

async function indicesOf(dataset: Dataset, options: BatchesOptions): Promise<number[][]> {
  const seen: number[][] = [];
  for await (const batch of batches(dataset, options)) {
    seen.push([...batch.indices]);
    disposeBatch(batch);
  }
  return seen;
}

/** A dataset whose batches come after a moment, with a count of those under way. */
function slow(dataset: Dataset, failAt = -1): Dataset & { readonly started: () => number } {
  let started = 0;
  return {
    ...dataset,
    started: () => started,
    async batch(indices) {
      const at = started++;
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
      if (at === failAt) throw new Error('disk on fire');
      return dataset.batch(indices);
    },
  };
}

describe('batches', () => {
  it('covers everything once, in order, with a smaller last batch', async () => {
    expect(await indicesOf(toy(5), { batchSize: 2 })).toEqual([[0, 1], [2, 3], [4]]);
    expect(await indicesOf(toy(5), { batchSize: 2, dropRemainder: true })).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(await indicesOf(toy(3), { batchSize: 10 })).toEqual([[0, 1, 2]]);
    expect(await indicesOf(toy(5), { batchSize: 2, order: [4, 4, 0] })).toEqual([[4, 4], [0]]);
  });

  it('shuffles by the stream it is given', async () => {
    const once = (await indicesOf(toy(40), { batchSize: 7, shuffle: createRng(3) })).flat();
    const again = (await indicesOf(toy(40), { batchSize: 7, shuffle: createRng(3) })).flat();
    const other = (await indicesOf(toy(40), { batchSize: 7, shuffle: createRng(4) })).flat();
    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
    expect(once.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, at) => at));
  });

  it('starts the next batches early when asked to, with the same result', async () => {
    const dataset = slow(toy(10));
    const seen: number[][] = [];
    const ahead: number[] = [];
    for await (const batch of batches(dataset, { batchSize: 2, prefetch: 2 })) {
      seen.push([...batch.indices]);
      ahead.push(dataset.started() - seen.length);
      disposeBatch(batch);
    }
    expect(seen).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
      [8, 9],
    ]);
    expect(ahead).toEqual([2, 2, 2, 1, 0]);
  });

  it('disposes what was read ahead when the loop is left, or fails', async () => {
    const before = tf.memory().numTensors;
    for await (const batch of batches(slow(toy(10)), { batchSize: 2, prefetch: 3 })) {
      disposeBatch(batch);
      break;
    }
    await expect(indicesOf(slow(toy(10), 2), { batchSize: 2, prefetch: 3 })).rejects.toThrow('disk on fire');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('stops when it is cancelled', async () => {
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    const run = async (): Promise<void> => {
      for await (const batch of batches(toy(10), { batchSize: 2, prefetch: 1, signal: controller.signal })) {
        disposeBatch(batch);
        controller.abort();
      }
    };
    await expect(run()).rejects.toMatchObject({ code: 'cancelled' });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses empty data, bad sizes and a whole batch that the data cannot fill, before it begins', () => {
    expect(() => batches(toy(0), { batchSize: 2 })).toThrow(/"toy" has no examples/);
    expect(() => batches(toy(3), { batchSize: 2, order: [] })).toThrow(/no examples in the order given/);
    expect(() => batches(toy(3), { batchSize: 0 })).toThrow(/batch size is 0/);
    expect(() => batches(toy(3), { batchSize: 1.5 })).toThrow(/batch size is 1.5/);
    expect(() => batches(toy(3), { batchSize: 4, dropRemainder: true })).toThrow(/batch size is 4, and "toy" has 3/);
  });
});
