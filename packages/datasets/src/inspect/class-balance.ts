import { GraftError } from '@graft-ml/core';
import type { Dataset } from '../dataset.js';

/** How often each class occurs, and what to weigh it by. */
export interface ClassBalance {
  /** Examples of each class, in the order of the labels. */
  readonly counts: readonly number[];
  /** The most frequent class's count over the rarest one's; Infinity when a class has no examples. */
  readonly ratio: number;
  /**
   * n / (classes × count), the weights that make every class count the same (scikit-learn's `balanced`; King & Zeng
   * 2001, https://gking.harvard.edu/files/0s.pdf); 0 for a class without examples. For `crossEntropy({ classWeights })`.
   */
  readonly weights: readonly number[];
}

/**
 * Count the classes of a dataset. Nothing is loaded.
 *
 * @throws GraftError `bad-input` when the targets are not classes, or there are no examples
 *
 * @example
 * ```ts
 * import { arrayDataset } from '@graft-ml/datasets';
 * import { classBalance } from '@graft-ml/datasets/inspect';
 * const data = arrayDataset({
 *   name: 'rare',
 *   inputs: [{ data: new Uint8Array(4), shape: [1] }],
 *   targets: Int32Array.of(0, 0, 0, 1),
 *   target: { kind: 'classes', labels: ['common', 'rare'] },
 * });
 * console.log(classBalance(data).ratio, classBalance(data).weights); // 3 [0.666…, 2]
 * ```
 */
export function classBalance({ name, size, target, classes }: Dataset): ClassBalance {
  if (target.kind !== 'classes' || classes === undefined || size === 0) {
    throw new GraftError({
      code: 'bad-input',
      what: `"${name}" has ${size} examples with targets of the kind "${target.kind}".`,
      expected: 'Examples of classes were expected.',
    });
  }
  const counts = target.labels.map(() => 0);
  for (const id of classes) counts[id] = (counts[id] ?? 0) + 1;
  return {
    counts,
    ratio: Math.max(...counts) / Math.min(...counts),
    weights: counts.map((count) => (count === 0 ? 0 : size / (counts.length * count))),
  };
}
