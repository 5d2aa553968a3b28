import { checkValues } from './check.js';
import type { Metric } from './metric.js';

/**
 * The mean of |output − target| over all examples and outputs, in the target's unit. NaN in, NaN out.
 *
 * @example
 * ```ts
 * import { meanAbsoluteError } from '@graft-ml/metrics';
 * const metric = meanAbsoluteError();
 * metric.update(new Float32Array([1, 2]), [1, 4], 1);
 * console.log(metric.result()); // 1
 * ```
 */
export function meanAbsoluteError(): Metric {
  return meanOf('meanAbsoluteError', Math.abs, (mean) => mean);
}

/**
 * The square root of the mean of (output − target)² over all examples and outputs, in the target's unit. NaN in, NaN
 * out.
 */
export function rootMeanSquaredError(): Metric {
  return meanOf('rootMeanSquaredError', (error) => error * error, Math.sqrt);
}

function meanOf(name: string, cost: (error: number) => number, finish: (mean: number) => number): Metric {
  let total = 0;
  let seen = 0;
  return {
    name,
    update(outputs: Float32Array, targets: ArrayLike<number>, outputSize: number): void {
      checkValues(name, outputs, targets, outputSize);
      for (let index = 0; index < outputs.length; index++) {
        total += cost((outputs[index] ?? Number.NaN) - (targets[index] ?? Number.NaN));
      }
      seen += outputs.length;
    },
    result: (): number => (seen === 0 ? Number.NaN : finish(total / seen)),
    reset(): void {
      total = 0;
      seen = 0;
    },
  };
}
