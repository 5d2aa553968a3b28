import { GraftError, throwIfCancelled, type TargetSpec } from '@graft-ml/core';
import { disposeBatch, type Dataset } from '@graft-ml/datasets';

/** All examples of a features dataset in plain memory, as solvers want them. */
export interface FeatureTable {
  /** The dataset's. */
  readonly name: string;
  readonly target: TargetSpec;
  readonly rows: number;
  /** D: numbers in an example; an example's inputs lie one after another. */
  readonly width: number;
  /** [rows × D] */
  readonly features: Float32Array;
  /** Outputs: classes, labels or values. */
  readonly outputs: number;
  /** [rows × outputs]: one-hot classes, 0 and 1 for multi-label, or values. */
  readonly targets: Float32Array;
}

const BATCH = 512;

/**
 * Read a dataset of vectors (or of maps, which are flattened) into one table.
 *
 * @throws GraftError `bad-input` for an empty dataset; `cancelled`
 */
export async function featureTable(data: Dataset, signal?: AbortSignal): Promise<FeatureTable> {
  if (data.size === 0) throw new GraftError({ code: 'bad-input', what: `"${data.name}" has no examples.` });
  const sizes = data.inputShapes.map((shape) => shape.reduce((product, size) => product * size, 1));
  const width = sizes.reduce((sum, size) => sum + size, 0);
  const outputs = data.target.kind === 'values' ? data.target.names.length : data.target.labels.length;
  const features = new Float32Array(data.size * width);
  const targets = new Float32Array(data.size * outputs);
  for (let from = 0; from < data.size; from += BATCH) {
    throwIfCancelled(signal, `reading "${data.name}"`);
    const count = Math.min(BATCH, data.size - from);
    const batch = await data.batch(Int32Array.from({ length: count }, (_, at) => from + at));
    try {
      let column = 0;
      for (const [at, input] of batch.inputs.entries()) {
        const values = Float32Array.from(await input.data());
        const size = sizes[at] ?? 0;
        for (let row = 0; row < count; row++)
          features.set(values.subarray(row * size, (row + 1) * size), (from + row) * width + column);
        column += size;
      }
      const given = await batch.targets.data();
      if (data.target.kind === 'classes') {
        for (let row = 0; row < count; row++) targets[(from + row) * outputs + (given[row] ?? 0)] = 1;
      } else targets.set(Float32Array.from(given), from * outputs);
    } finally {
      disposeBatch(batch);
    }
  }
  return { name: data.name, target: data.target, rows: data.size, width, features, outputs, targets };
}
