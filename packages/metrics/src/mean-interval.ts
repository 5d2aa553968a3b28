/** Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom; the normal's beyond. */
const T975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const NORMAL975 = 1.96;

export interface MeanInterval {
  readonly mean: number;
  /** Ends of the 95 % confidence interval of the mean. */
  readonly low: number;
  readonly high: number;
}

/**
 * The mean of some values with its 95 % confidence interval, by Student's t (Student 1908). Give it the differences of two
 * methods, seed by seed, for a paired comparison: the methods differ where the interval leaves out 0.
 *
 * @returns undefined for fewer than two values, from which no interval can be had
 *
 * @example
 * ```ts
 * import { meanInterval } from '@graft-ml/metrics';
 * const gain = meanInterval([0.02, 0.03, 0.025]);
 * console.log(gain !== undefined && gain.low > 0); // true
 * ```
 */
export function meanInterval(values: readonly number[]): MeanInterval | undefined {
  if (values.length < 2) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = (T975[values.length - 2] ?? NORMAL975) * Math.sqrt(variance / values.length);
  return { mean, low: mean - half, high: mean + half };
}
