import { GraftError, networkOf } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import { expectedCalibrationError, fitTemperature, type FittedTemperature } from '@graft-ml/metrics/calibration';
import { evaluate } from '@graft-ml/train';
import { scaleLogits } from '@graft-ml/transfer/heads';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** What calibration found, on the data that it was done by. */
export interface Calibration extends FittedTemperature {
  readonly examples: number;
  /** Expected calibration errors, 0 … 1; absent unless the targets are classes. */
  readonly errorBefore?: number;
  readonly errorAfter?: number;
}

/** Probabilities are kept this far from 0 and 1 before they become logits. */
const SMALLEST = 1e-12;

/**
 * Calibrate a model by temperature scaling (Guo et al. 2017, https://arxiv.org/abs/1706.04599): its logits are divided by the
 * temperature with which its log loss is lowest on data that it was not trained on. What it predicts stays, how sure it is
 * changes.
 *
 * @param model gives classes or labels; not changed, and still the caller's
 * @param validation examples that it was not trained on; never the test data
 * @returns a model whose output layer holds the temperature, so that a bundle of it is calibrated wherever it is loaded
 * @throws GraftError `bad-input` for values as targets, an empty data set or an output layer that holds no temperature (see
 *   `scaleLogits`); `cancelled`
 */
export async function calibrated(
  model: LayersModel,
  validation: Dataset,
  options: { readonly signal?: AbortSignal | undefined; readonly batchSize?: number | undefined } = {},
): Promise<{ readonly model: LayersModel; readonly calibration: Calibration }> {
  const { target } = validation;
  if (target.kind === 'values') {
    throw new GraftError({
      code: 'bad-input',
      what: `"${validation.name}" has values as targets.`,
      expected: 'Classes or labels were expected: values have no probabilities to calibrate.',
    });
  }
  // Refused before the data are looked at, not after.
  scaleLogits(model, 1).dispose();
  const targets: number[] = [];
  const { outputs, outputSize } = await evaluate(networkOf(model), validation, {
    ...options,
    onBatch: (batch) => void targets.push(...Array.from(batch.targets)),
  });
  const kind = target.kind === 'classes' && outputSize > 1 ? 'classes' : 'multi-label';
  const logOf = (value: number): number => Math.log(Math.max(value, SMALLEST));
  const logits = Float64Array.from(outputs, (value) =>
    kind === 'classes' ? logOf(value) : logOf(value) - logOf(1 - value),
  );
  const found = fitTemperature({ logits, targets, units: outputSize, kind });
  const scaled = scaleLogits(model, found.temperature);
  if (kind !== 'classes') return { model: scaled, calibration: { ...found, examples: validation.size } };
  const errorOf = (by: number): number => {
    const metric = expectedCalibrationError();
    metric.update(softened(logits, outputSize, by), targets, outputSize);
    return metric.result();
  };
  const errors = { errorBefore: errorOf(1), errorAfter: errorOf(found.temperature) };
  return { model: scaled, calibration: { ...found, ...errors, examples: validation.size } };
}

/** softmax(logits / T), row by row. */
function softened(logits: Float64Array, units: number, temperature: number): Float32Array {
  const probabilities = new Float32Array(logits.length);
  for (let from = 0; from < logits.length; from += units) {
    const row = logits.subarray(from, from + units).map((value) => Math.exp(value / temperature));
    const sum = row.reduce((total, value) => total + value, 0);
    probabilities.set(
      Float32Array.from(row, (value) => value / sum),
      from,
    );
  }
  return probabilities;
}
