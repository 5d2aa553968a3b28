import * as tf from '@tensorflow/tfjs-core';
import {
  Breather,
  GraftError,
  predict,
  progressReporter,
  throwIfCancelled,
  type Network,
  type OnProgress,
} from '@graft-ml/core';
import { disposeBatch, type Batch, type Dataset } from '@graft-ml/datasets';
import { refuse } from './refuse.js';
import type { Metric } from '@graft-ml/metrics';
import { firstBadExample } from './loop/divergence.js';
import { computeLoss, lossWeight } from './losses/compute-loss.js';
import { defaultLoss, type Loss } from './losses/loss.js';
import { asProbabilities, outputForm, outputUnits, type OutputForm } from './losses/output-form.js';
import { checkClassIds, checkTargets, defaultMetrics } from './targets.js';

export interface EvaluateOptions {
  /** Examples at a time. Default 256. */
  readonly batchSize?: number | undefined;
  /** Default: by the target's kind. */
  readonly loss?: Loss | undefined;
  /** Reset before the first batch. Default: by the target's kind. */
  readonly metrics?: readonly Metric[] | undefined;
  readonly onBatch?: ((batch: EvaluatedBatch) => void) | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One batch's outputs, in plain memory. */
export interface EvaluatedBatch {
  /** Examples of the dataset, in order. */
  readonly indices: Int32Array;
  /** [n × outputSize], row by row. */
  readonly outputs: Float32Array;
  /** Class ids [n], or values [n × outputSize]. */
  readonly targets: ArrayLike<number>;
}

export interface Evaluation {
  /** Mean over all examples, in inference mode. */
  readonly loss: number;
  /** By the metrics' names. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Probabilities (classes, multi-label) or values, [n × outputSize], row by row, in the dataset's order. */
  readonly outputs: Float32Array;
  readonly outputSize: number;
}

/**
 * Run a network over a dataset in inference mode and measure it.
 *
 * @throws GraftError `bad-input` for an empty dataset, targets that do not fit the head, or an example that holds NaN;
 *   `diverged` when the network itself gives NaN; `cancelled`
 *
 * @example
 * ```ts
 * import * as layers from '@tensorflow/tfjs-layers';
 * import { networkOf } from '@graft-ml/core';
 * import { arrayDataset } from '@graft-ml/datasets';
 * import { evaluate } from '@graft-ml/train';
 * const model = layers.sequential({ layers: [layers.layers.dense({ units: 2, inputShape: [3], activation: 'softmax' })] });
 * const data = arrayDataset({
 *   name: 'tiny',
 *   inputs: [{ data: new Float32Array([1, 0, 0, 0, 1, 0]), shape: [3] }],
 *   targets: new Int32Array([0, 1]),
 *   target: { kind: 'classes', labels: ['left', 'right'] },
 * });
 * const { metrics, outputs } = await evaluate(networkOf(model), data);
 * console.log(metrics, outputs.length); // { accuracy: … } 4
 * ```
 */
export async function evaluate(network: Network, data: Dataset, options: EvaluateOptions = {}): Promise<Evaluation> {
  const batchSize = options.batchSize ?? 256;
  if (data.size === 0 || !Number.isSafeInteger(batchSize) || batchSize < 1) {
    refuse(
      `"${data.name}" has ${data.size} examples, and the batch size is ${batchSize}.`,
      'At least one of each was expected.',
    );
  }
  const loss = options.loss ?? defaultLoss(data.target);
  const units = outputUnits(network);
  checkTargets(data, loss, units);
  const form = outputForm(network, loss);
  const metrics = options.metrics ?? defaultMetrics(data, units);
  for (const metric of metrics) metric.reset();
  const outputs = new Float32Array(data.size * units);
  const breather = new Breather();
  const report = progressReporter(options.onProgress, { task: 'evaluating', unit: 'examples', total: data.size });
  let lossSum = 0;
  let weightSum = 0;
  for (let from = 0; from < data.size; from += batchSize) {
    throwIfCancelled(options.signal, `evaluating "${data.name}"`);
    const indices = Int32Array.from({ length: Math.min(batchSize, data.size - from) }, (_, at) => from + at);
    const batch = await data.batch(indices);
    try {
      const result = await evaluateBatch(network, data, batch, { loss, form, units });
      const weight = lossWeight(loss, result.targets, indices.length);
      lossSum += result.loss * weight;
      weightSum += weight;
      outputs.set(result.outputs, from * units);
      for (const metric of metrics) metric.update(result.outputs, result.targets, units);
      options.onBatch?.({ indices, outputs: result.outputs, targets: result.targets });
    } finally {
      disposeBatch(batch);
    }
    report(from + indices.length);
    await breather.breathe();
  }
  return {
    loss: lossSum / weightSum,
    metrics: Object.fromEntries(metrics.map((metric) => [metric.name, metric.result()])),
    outputs,
    outputSize: units,
  };
}

interface Judging {
  readonly loss: Loss;
  readonly form: OutputForm;
  readonly units: number;
}

interface BatchResult {
  readonly loss: number;
  readonly outputs: Float32Array;
  readonly targets: ArrayLike<number>;
}

async function evaluateBatch(
  network: Network,
  data: Dataset,
  batch: Batch,
  { loss, form, units }: Judging,
): Promise<BatchResult> {
  const targets = await batch.targets.data();
  // Before anything is computed: the engines read past the end of a table for a foreign class id.
  if (data.target.kind === 'classes') checkClassIds(targets, batch.indices, units, data.name);
  const [value, probabilities] = tf.tidy(() => {
    const [output = tf.scalar(0)] = predict(network, batch.inputs, { logits: form === 'logits' });
    return [computeLoss(loss, output, batch.targets, form), asProbabilities(output, loss, form)];
  });
  try {
    const outputs = Float32Array.from(await probabilities.data());
    const lossValue = (await value.data())[0] ?? Number.NaN;
    if (!outputs.every((each) => Number.isFinite(each)) || Number.isNaN(lossValue))
      throw await notFinite(data, batch, outputs);
    return { loss: lossValue, outputs, targets };
  } finally {
    tf.dispose([value, probabilities]);
  }
}

async function notFinite(data: Dataset, batch: Batch, outputs: Float32Array): Promise<GraftError> {
  const bad = await firstBadExample(batch);
  if (bad !== undefined) {
    refuse(
      `Example ${bad} of "${data.name}" holds NaN or infinity.`,
      'Finite numbers were expected.',
      'Remove or repair that example.',
    );
  }
  const row = Math.max(
    0,
    Math.floor(outputs.findIndex((each) => !Number.isFinite(each)) / (outputs.length / batch.indices.length)),
  );
  return new GraftError({
    code: 'diverged',
    what: `The network gave NaN or infinity for example ${batch.indices[row] ?? 0} of "${data.name}", whose inputs are finite.`,
    remedy: 'Load its weights again, or train with a lower learning rate.',
  });
}
