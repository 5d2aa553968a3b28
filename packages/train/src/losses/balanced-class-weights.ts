import { refuse } from '../refuse.js';

/**
 * A weight for each class, n / (classes · examples of the class), so that all classes together count alike however many examples
 * they have: scikit-learn's `class_weight='balanced'` (King & Zeng 2001). Classes without examples get 0, which nothing uses.
 * For `crossEntropy({ classWeights })`.
 *
 * @param ids the class of each example, [n]
 * @param classes how many there are
 * @throws GraftError `bad-input` for no examples, or an id outside 0 … classes−1
 *
 * @example
 * ```ts
 * import { balancedClassWeights } from '@graft-ml/train/losses';
 * console.log(balancedClassWeights([0, 0, 0, 1], 2)); // [0.666…, 2]
 * ```
 */
export function balancedClassWeights(ids: ArrayLike<number>, classes: number): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const id of Array.from(ids)) {
    const count = counts[id];
    if (count === undefined) refuse(`An example is of class ${id}.`, `Classes 0 … ${classes - 1} were expected.`);
    else counts[id] = count + 1;
  }
  if (ids.length === 0) refuse('There are no examples to count.', 'At least one was expected.');
  return counts.map((count) => (count === 0 ? 0 : ids.length / (classes * count)));
}
