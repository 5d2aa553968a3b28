import type { Dataset } from './dataset.js';
import { checkIndices } from './internal/checks.js';
import { derivedFingerprint, hashArray, once } from './internal/hash-array.js';

/**
 * Some examples of a dataset, in the order given; an index may come more than once. Nothing is copied.
 *
 * @throws GraftError `bad-input` for an index outside the dataset
 */
export function subset(
  dataset: Dataset,
  indices: ArrayLike<number>,
  name: string = `${dataset.name}[${indices.length}]`,
): Dataset {
  const chosen = checkIndices(dataset.name, dataset.size, indices);
  const { classes } = dataset;
  return {
    name,
    size: chosen.length,
    inputShapes: dataset.inputShapes,
    target: dataset.target,
    ...(classes === undefined ? {} : { classes: chosen.map((index) => classes[index] ?? 0) }),
    fingerprint: once(async () => derivedFingerprint('subset', await dataset.fingerprint(), await hashArray(chosen))),
    async batch(wanted) {
      const own = checkIndices(name, chosen.length, wanted);
      const batch = await dataset.batch(own.map((index) => chosen[index] ?? 0));
      return { ...batch, indices: own };
    },
  };
}
