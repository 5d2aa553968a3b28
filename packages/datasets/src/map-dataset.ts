import type * as tf from '@tensorflow/tfjs-core';
import { GraftError, type TargetSpec } from '@graft-ml/core';
import { disposeBatch, type Batch, type Dataset } from './dataset.js';
import { derivedFingerprint, once } from './internal/hash-array.js';

export interface MapOptions {
  readonly name: string;
  /** Says what `fn` does, with its parameters, e.g. `resize 96`: a part of the new dataset's fingerprint. */
  readonly fingerprint: string;
  /** One example's input shapes after mapping; default as before. */
  readonly inputShapes?: readonly (readonly number[])[];
  /** What targets mean after mapping; default as before. With another kind, `classes` is dropped. */
  readonly target?: TargetSpec;
}

/**
 * A dataset whose batches go through a function when they are gathered.
 *
 * `fn` must be a function of the batch alone. It owns nothing: tensors of the given batch that it does not hand on are
 * disposed for it; it disposes its own intermediate results (`tf.tidy`).
 *
 * @throws GraftError from `batch`: `bad-input` when what comes back has not the shapes that were declared
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { arrayDataset, mapDataset } from '@graft-ml/datasets';
 * const raw = arrayDataset({
 *   name: 'raw',
 *   inputs: [{ data: Float32Array.of(1, 2), shape: [1] }],
 *   targets: Float32Array.of(1, 2),
 *   target: { kind: 'values', names: ['y'] },
 * });
 * const doubled = mapDataset(raw, (batch) => ({ ...batch, inputs: batch.inputs.map((x) => tf.mul(x, 2)) }), {
 *   name: 'doubled',
 *   fingerprint: 'times 2',
 * });
 * console.log(await (await doubled.batch([1])).inputs[0]?.data()); // [4]
 * ```
 */
export function mapDataset(
  dataset: Dataset,
  fn: (batch: Batch) => Batch | Promise<Batch>,
  options: MapOptions,
): Dataset {
  const target = options.target ?? dataset.target;
  const inputShapes = options.inputShapes ?? dataset.inputShapes;
  const keepsClasses = dataset.classes !== undefined && options.target === undefined;
  return {
    name: options.name,
    size: dataset.size,
    inputShapes,
    target,
    ...(keepsClasses ? { classes: dataset.classes } : {}),
    fingerprint: once(async () =>
      derivedFingerprint(
        'map',
        await dataset.fingerprint(),
        options.fingerprint,
        JSON.stringify([inputShapes, target]),
      ),
    ),
    async batch(indices) {
      const given = await dataset.batch(indices);
      let mapped: Batch;
      try {
        mapped = await fn(given);
      } catch (thrown) {
        disposeBatch(given);
        throw thrown;
      }
      const kept = new Set<tf.Tensor>([...mapped.inputs, mapped.targets]);
      for (const tensor of [...given.inputs, given.targets]) if (!kept.has(tensor)) tensor.dispose();
      try {
        checkShapes(options.name, mapped, given.indices.length, inputShapes);
      } catch (thrown) {
        disposeBatch(mapped);
        throw thrown;
      }
      return { ...mapped, indices: given.indices };
    },
  };
}

function checkShapes(name: string, batch: Batch, count: number, shapes: readonly (readonly number[])[]): void {
  const found = JSON.stringify(batch.inputs.map((input) => input.shape));
  const expected = JSON.stringify(shapes.map((shape) => [count, ...shape]));
  if (found === expected && batch.targets.shape[0] === count) return;
  throw new GraftError({
    code: 'bad-input',
    what: `The mapping of "${name}" gave inputs of shapes ${found} and targets of shape ${JSON.stringify(batch.targets.shape)}.`,
    expected: `Inputs of shapes ${expected} were expected.`,
    remedy: 'Declare the new shapes with inputShapes.',
  });
}
