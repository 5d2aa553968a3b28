import { GraftError } from '@graft-ml/core';
import { checkValues } from './check.js';
import type { Metric } from './metric.js';

/** Running moments of one output. */
interface Moments {
  mean: number;
  /** Sum of (target − mean)², kept by Welford's update, which does not cancel for targets far from zero. */
  spread: number;
  /** Sum of (output − target)². */
  residual: number;
}

/**
 * The coefficient of determination R² = 1 − Σ(target − output)² ÷ Σ(target − mean)², averaged evenly over outputs. 1 is
 * perfect, 0 is what always saying the mean gives, and it can be negative. An output whose targets are all equal
 * scores 1 when predicted exactly and else 0, as in scikit-learn. NaN with fewer than two examples; NaN in, NaN out.
 *
 * The running variance follows B. P. Welford, "Note on a method for calculating corrected sums of squares and products",
 * Technometrics 4 (1962), p. 419.
 */
export function r2(): Metric {
  let moments: Moments[] = [];
  let seen = 0;
  return {
    name: 'r2',
    update(outputs: Float32Array, targets: ArrayLike<number>, outputSize: number): void {
      const examples = checkValues('r2', outputs, targets, outputSize);
      if (seen > 0 && outputSize !== moments.length) {
        throw new GraftError({
          code: 'bad-input',
          what: `r2: rows of ${moments.length} outputs were followed by rows of ${outputSize}.`,
          expected: 'The output size must stay the same until reset().',
        });
      }
      if (seen === 0) moments = Array.from({ length: outputSize }, () => ({ mean: 0, spread: 0, residual: 0 }));
      for (let row = 0; row < examples; row++) {
        seen++;
        moments.forEach((each, column) => {
          const target = targets[row * outputSize + column] ?? Number.NaN;
          const output = outputs[row * outputSize + column] ?? Number.NaN;
          const before = target - each.mean;
          each.mean += before / seen;
          each.spread += before * (target - each.mean);
          each.residual += (output - target) ** 2;
        });
      }
    },
    result(): number {
      if (seen < 2) return Number.NaN;
      return moments.reduce((total, each) => total + determination(each), 0) / moments.length;
    },
    reset(): void {
      moments = [];
      seen = 0;
    },
  };
}

function determination({ spread, residual }: Moments): number {
  if (spread === 0) return Number.isNaN(residual) ? Number.NaN : residual === 0 ? 1 : 0;
  return 1 - residual / spread;
}
