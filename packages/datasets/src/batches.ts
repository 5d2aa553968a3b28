import { GraftError, throwIfCancelled, type Rng } from '@graft-ml/core';
import { disposeBatch, type Batch, type Dataset } from './dataset.js';
import { checkCount } from './internal/checks.js';

export interface BatchesOptions {
  /** Examples a batch; the last one may be smaller, and a batch size above the data's size gives one smaller batch. */
  readonly batchSize: number;
  /** Which examples, in which order; default all, from first to last. */
  readonly order?: ArrayLike<number>;
  /** Shuffle the order (or all examples) with this stream. */
  readonly shuffle?: Rng;
  /** Leave out a last batch that is smaller than the others. */
  readonly dropRemainder?: boolean;
  /**
   * How many batches to start before they are asked for. Worth it when gathering waits for something (files, decoding);
   * in-memory arrays gain nothing, so the default is 0. Batches held ahead are disposed when the loop is left.
   */
  readonly prefetch?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The examples of a dataset in batches. The loop owns each batch it is given and disposes it (`disposeBatch`).
 *
 * @throws GraftError `bad-input` at once for an empty dataset or order, a bad batch size, or `dropRemainder` with a
 *   batch larger than the data; `cancelled` from the loop when the signal fires
 *
 * @example
 * ```ts
 * import { batches, disposeBatch } from '@graft-ml/datasets';
 * import { sketches } from '@graft-ml/datasets/sketches';
 * const { target } = sketches(1, { targetTrain: 50, targetTest: 10, sourceTrain: 10, sourceTest: 10 });
 * for await (const batch of batches(target.train, { batchSize: 32 })) {
 *   console.log(batch.inputs[0]?.shape); // [32, 28, 28, 1], then [18, 28, 28, 1]
 *   disposeBatch(batch);
 * }
 * ```
 */
export function batches(dataset: Dataset, options: BatchesOptions): AsyncIterable<Batch> {
  const { batchSize, dropRemainder = false, prefetch = 0 } = options;
  checkCount('The batch size', batchSize, 1);
  checkCount('prefetch', prefetch, 0);
  const order = orderOf(dataset, options);
  if (order.length === 0) {
    throw new GraftError({
      code: 'bad-input',
      what: `The data set "${dataset.name}" has no examples${dataset.size > 0 ? ' in the order given' : ''}.`,
      expected: 'At least one was expected.',
    });
  }
  if (dropRemainder && batchSize > order.length) {
    throw new GraftError({
      code: 'bad-input',
      what: `The batch size is ${batchSize}, and "${dataset.name}" has ${order.length} examples.`,
      expected: 'With dropRemainder, a batch no larger than the data was expected.',
      remedy: `Use a batch size of at most ${order.length}.`,
    });
  }
  const count = dropRemainder ? Math.floor(order.length / batchSize) : Math.ceil(order.length / batchSize);
  const start = (at: number): Promise<Batch> => dataset.batch(order.subarray(at * batchSize, (at + 1) * batchSize));
  return { [Symbol.asyncIterator]: () => readAhead(start, count, prefetch, dataset.name, options.signal) };
}

/**
 * Batches in order, of which `prefetch` more are started while the caller works on one. The caller owns what it is
 * given; what was started and not given is disposed when the loop is left.
 */
export async function* readAhead(
  start: (at: number) => Promise<Batch>,
  count: number,
  prefetch: number,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch, void, undefined> {
  const ahead: Promise<Batch>[] = [];
  let started = 0;
  const fill = (upTo: number): void => {
    for (; ahead.length < upTo && started < count; started++) {
      const batch = start(started);
      // A failure is thrown when its turn comes; until then it must not count as unhandled.
      batch.catch(() => undefined);
      ahead.push(batch);
    }
  };
  try {
    for (let at = 0; at < count; at++) {
      throwIfCancelled(signal, `reading "${name}"`);
      fill(1);
      const batch = await ahead.shift();
      fill(prefetch);
      if (batch !== undefined) yield batch;
    }
  } finally {
    for (const each of await Promise.allSettled(ahead)) if (each.status === 'fulfilled') disposeBatch(each.value);
  }
}

function orderOf(dataset: Dataset, { order, shuffle }: BatchesOptions): Int32Array {
  const plain = order === undefined ? Int32Array.from({ length: dataset.size }, (_, at) => at) : Int32Array.from(order);
  return shuffle === undefined ? plain : shuffle.permutation(plain.length).map((at) => plain[at] ?? 0);
}
