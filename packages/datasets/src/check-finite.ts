import { GraftError, throwIfCancelled } from '@graft-ml/core';
import { batches } from './batches.js';
import { disposeBatch, type Dataset } from './dataset.js';
import { firstNotFinite } from './internal/checks.js';

/**
 * Read a whole dataset once and make sure that every number in it is finite. Arrays are checked when `arrayDataset`
 * takes them; this is for data that come through functions or files.
 *
 * @throws GraftError `bad-input` naming the first example with a NaN or an infinity, and where in it
 */
export async function checkFinite(
  dataset: Dataset,
  options: { readonly batchSize?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  if (dataset.size === 0) return;
  for await (const batch of batches(dataset, { batchSize: options.batchSize ?? 256, signal: options.signal })) {
    try {
      for (const [at, tensor] of [...batch.inputs, batch.targets].entries()) {
        throwIfCancelled(options.signal, `checking "${dataset.name}"`);
        const values = await tensor.data();
        if (!(values instanceof Float32Array)) continue;
        const wrong = firstNotFinite(values);
        if (wrong < 0) continue;
        const length = tensor.size / (tensor.shape[0] ?? 1);
        throw new GraftError({
          code: 'bad-input',
          what: `Example ${batch.indices[Math.floor(wrong / length)]} of "${dataset.name}" holds ${values[wrong]} (${
            at < batch.inputs.length ? `input ${at}` : 'target'
          }, number ${wrong % length}).`,
          expected: 'Finite numbers were expected.',
          remedy: 'Repair or drop the example.',
        });
      }
    } finally {
      disposeBatch(batch);
    }
  }
}
