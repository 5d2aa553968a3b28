import { GraftError } from '@graft-ml/core';
import { checkClasses } from '../check.js';
import type { Metric } from '../metric.js';
import { predictedClass } from '../predicted-class.js';

export interface CalibrationErrorOptions {
  /** How many bins of equal width confidences are sorted into. Default 15. */
  readonly bins?: number;
}

/**
 * The expected calibration error: how far confidences are from being right so often, Σ over bins of (share of the examples in the
 * bin) · |accuracy − mean confidence|, from 0 (calibrated) to 1. The confidence is the largest probability; bins are (m/M,
 * (m+1)/M] (Guo et al. 2017, https://arxiv.org/abs/1706.04599, eq. 3). Outputs must be probabilities of classes.
 *
 * `update` throws GraftError `bad-input` for class ids out of range, or confidences that are not within 0 … 1.
 *
 * @throws GraftError `bad-input` for a number of bins that is no whole number of at least 1
 *
 * @example
 * ```ts
 * import { expectedCalibrationError } from '@graft-ml/metrics/calibration';
 * const metric = expectedCalibrationError();
 * metric.update(Float32Array.of(0.75, 0.25, 0.75, 0.25), [0, 1], 2);
 * console.log(metric.result()); // 0.25: half are right, at a confidence of 0.75
 * ```
 */
export function expectedCalibrationError({ bins = 15 }: CalibrationErrorOptions = {}): Metric {
  if (!Number.isSafeInteger(bins) || bins < 1 || bins > 100_000) {
    throw new GraftError({
      code: 'bad-input',
      what: `Confidences were to be sorted into ${bins} bins.`,
      expected: 'A whole number of at least 1 was expected.',
    });
  }
  const confidence = new Float64Array(bins);
  const right = new Float64Array(bins);
  let seen = 0;
  return {
    name: 'expectedCalibrationError',
    update(outputs: Float32Array, targets: ArrayLike<number>, outputSize: number): void {
      const examples = checkClasses('expectedCalibrationError', outputs, targets, outputSize, seen);
      const found = Array.from({ length: examples }, (_, row) => {
        const own = outputs.subarray(row * outputSize, (row + 1) * outputSize);
        const predicted = predictedClass(own, 0, outputSize);
        const sure = own[predicted] ?? Number.NaN;
        if (!(sure >= 0 && sure <= 1 + 1e-5)) {
          throw new GraftError({
            code: 'bad-input',
            what: `expectedCalibrationError: the confidence of example ${seen + row} is ${sure}.`,
            expected: 'Probabilities, from 0 to 1, were expected.',
          });
        }
        return { sure: Math.min(1, sure), hit: predicted === targets[row] };
      });
      for (const { sure, hit } of found) {
        const bin = Math.max(0, Math.ceil(sure * bins) - 1);
        confidence[bin] = (confidence[bin] ?? 0) + sure;
        right[bin] = (right[bin] ?? 0) + Number(hit);
      }
      seen += examples;
    },
    // The size of a bin cancels out: (n/N) · |right/n − confidence/n| = |right − confidence| / N.
    result: (): number =>
      seen === 0
        ? Number.NaN
        : right.reduce((sum, hits, bin) => sum + Math.abs(hits - (confidence[bin] ?? 0)), 0) / seen,
    reset(): void {
      confidence.fill(0);
      right.fill(0);
      seen = 0;
    },
  };
}
