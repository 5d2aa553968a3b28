import { GraftError } from '@graft-ml/core';
import type { Schedule } from './schedule.js';

export interface OneCycleOptions {
  /** Fraction of the steps that the rise takes, in (0, 1). Default 0.3. */
  readonly rise?: number;
  /** The first learning rate is the group's own divided by this. Default 25. */
  readonly startDivisor?: number;
  /** The last learning rate is the first divided by this. Default 10,000. */
  readonly endDivisor?: number;
}

/**
 * One cycle: a rise by half a cosine to the group's own learning rate, then a fall by another far below where it began
 * (Smith & Topin 2017, https://arxiv.org/abs/1708.07120; the shape and the defaults of PyTorch's `OneCycleLR`). The
 * optimizer's learning rate is the peak, which may be several times a constant one. Momentum is not cycled.
 *
 * @throws GraftError `bad-input` for a rise outside (0, 1), or divisors below 1
 *
 * @example
 * ```ts
 * import { scheduleFactor } from '@graft-ml/train';
 * import { oneCycle } from '@graft-ml/train/schedules';
 * const schedule = oneCycle();
 * console.log([0, 30, 100].map((step) => scheduleFactor(schedule, step, 100))); // [0.04, 1, 0.000004]
 * ```
 */
export function oneCycle({ rise = 0.3, startDivisor = 25, endDivisor = 1e4 }: OneCycleOptions = {}): Schedule {
  if (!(rise > 0 && rise < 1 && startDivisor >= 1 && endDivisor >= 1)) {
    throw new GraftError({
      code: 'bad-input',
      what: `The one-cycle schedule has rise = ${rise}, startDivisor = ${startDivisor} and endDivisor = ${endDivisor}.`,
      expected: 'A rise between 0 and 1 and divisors of at least 1 were expected.',
    });
  }
  const start = 1 / startDivisor;
  return {
    kind: 'pieces',
    pieces: [
      { until: rise, from: start, to: 1, curve: 'cosine' },
      { until: 1, from: 1, to: start / endDivisor, curve: 'cosine' },
    ],
  };
}
