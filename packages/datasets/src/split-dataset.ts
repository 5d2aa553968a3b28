import { GraftError, type Rng } from '@graft-ml/core';
import type { Dataset } from './dataset.js';
import { shuffledMembers } from './stratified-subset.js';
import { subset } from './subset.js';

export interface SplitOptions {
  /** Give both parts the same share of each class. Default: true when the targets are classes. */
  readonly stratify?: boolean;
}

/**
 * Split at random into a part with `fraction` of the examples and the rest, for example training and validation. Both
 * parts are in random order.
 *
 * @param fraction in (0, 1)
 * @throws GraftError `bad-input` when a part would be empty, or stratifying is asked for without classes
 */
export function splitDataset(
  dataset: Dataset,
  fraction: number,
  rng: Rng,
  options: SplitOptions = {},
): [Dataset, Dataset] {
  const count = Math.round(dataset.size * fraction);
  if (!(fraction > 0 && fraction < 1) || count < 1 || count >= dataset.size) {
    throw new GraftError({
      code: 'bad-input',
      what: `"${dataset.name}" (${dataset.size} examples) cannot be split at the fraction ${fraction}.`,
      expected: 'A fraction between 0 and 1 that leaves both parts at least one example was expected.',
    });
  }
  const stratify = options.stratify ?? dataset.classes !== undefined;
  const order = stratify ? proportionalOrder(dataset, rng) : rng.fork('split').permutation(dataset.size);
  return [
    subset(dataset, shuffled(order.subarray(0, count), rng.fork('first')), `${dataset.name}[first ${count}]`),
    subset(dataset, shuffled(order.subarray(count), rng.fork('rest')), `${dataset.name}[last ${dataset.size - count}]`),
  ];
}

/** An order whose every beginning has each class in its share: member k of n comes at (k + ½)/n, ties at random. */
function proportionalOrder(dataset: Dataset, rng: Rng): Int32Array {
  const classes = shuffledMembers(dataset, rng);
  const ties = rng.fork('ties').permutation(classes.length);
  const placed = classes.flatMap((members, at) =>
    Array.from(members, (index, k) => ({ index, place: (k + 0.5) / members.length, tie: ties[at] ?? 0 })),
  );
  placed.sort((a, b) => a.place - b.place || a.tie - b.tie);
  return Int32Array.from(placed, ({ index }) => index);
}

function shuffled(indices: Int32Array, rng: Rng): Int32Array {
  return rng.permutation(indices.length).map((at) => indices[at] ?? 0);
}
