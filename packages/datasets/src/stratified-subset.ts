import { GraftError, type Rng } from '@graft-ml/core';
import type { Dataset } from './dataset.js';
import { checkCount } from './internal/checks.js';
import { subset } from './subset.js';

/**
 * `size` labelled examples, drawn at random with as equally many per class as the data allow.
 *
 * Draws nest: with the same rng, a smaller draw is the beginning of a bigger one, so that learning curves over label
 * counts compare like with like.
 *
 * @throws GraftError `bad-input` when the targets are not classes, or there are fewer than `size` examples
 *
 * @example
 * ```ts
 * import { createRng } from '@graft-ml/core';
 * import { arrayDataset, stratifiedSubset } from '@graft-ml/datasets';
 * const all = arrayDataset({
 *   name: 'all',
 *   inputs: [{ data: new Uint8Array(6), shape: [1] }],
 *   targets: Int32Array.of(0, 0, 0, 0, 1, 1),
 *   target: { kind: 'classes', labels: ['common', 'rare'] },
 * });
 * console.log(stratifiedSubset(all, 4, createRng(1)).classes?.toSorted().join()); // 0,0,1,1
 * ```
 */
export function stratifiedSubset(dataset: Dataset, size: number, rng: Rng): Dataset {
  checkCount('The number of labels', size, 1);
  if (size > dataset.size) {
    throw new GraftError({
      code: 'bad-input',
      what: `${size} labelled examples of "${dataset.name}" were asked for.`,
      expected: `It has ${dataset.size}.`,
      remedy: `Ask for at most ${dataset.size}.`,
    });
  }
  return subset(dataset, stratifiedOrder(dataset, rng).subarray(0, size), `${dataset.name}[${size} labels]`);
}

/**
 * All examples in a random order whose every beginning is balanced: rounds of one example per class (in a random
 * order of classes), until the rarer classes run out.
 *
 * @throws GraftError `bad-input` when the targets are not classes
 */
export function stratifiedOrder(dataset: Dataset, rng: Rng): Int32Array {
  const queues = shuffledMembers(dataset, rng);
  const order = new Int32Array(dataset.size);
  let filled = 0;
  for (let round = 0; filled < dataset.size; round++) {
    const turn = rng.fork(`round ${round}`).permutation(queues.length);
    for (const at of turn) {
      const index = queues[at]?.[round];
      if (index !== undefined) order[filled++] = index;
    }
  }
  return order;
}

/** The examples of each class that occurs, each class in a random order of its own. */
export function shuffledMembers(dataset: Dataset, rng: Rng): Int32Array[] {
  const { classes } = dataset;
  if (classes === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `"${dataset.name}" has targets of kind "${dataset.target.kind}".`,
      expected: 'Stratifying needs classes.',
      remedy: 'Split without stratifying.',
    });
  }
  const members = new Map<number, number[]>();
  for (const [index, id] of classes.entries()) {
    const list = members.get(id);
    if (list === undefined) members.set(id, [index]);
    else list.push(index);
  }
  return [...members]
    .sort(([a], [b]) => a - b)
    .map(([id, list]) =>
      rng
        .fork(`class ${id}`)
        .permutation(list.length)
        .map((at) => list[at] ?? 0),
    );
}
