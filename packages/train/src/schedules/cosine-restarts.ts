import { GraftError } from '@graft-ml/core';
import type { Schedule } from './schedule.js';

export interface CosineRestartsOptions {
  /** How many cosines there are, at least 1. */
  readonly cycles: number;
  /** Each cycle is so many times as long as the one before it, at least 1. Default 1. */
  readonly growth?: number;
  /** The factor at the end of each cycle. Default 0. */
  readonly to?: number;
}

/**
 * Warm restarts: half a cosine from 1 to `to`, then a jump back to 1, `cycles` times over the training (SGDR, Loshchilov
 * & Hutter 2017, https://arxiv.org/abs/1608.03983, eq. 5).
 *
 * @throws GraftError `bad-input` for numbers out of range
 *
 * @example
 * ```ts
 * import { scheduleFactor } from '@graft-ml/train';
 * import { cosineRestarts } from '@graft-ml/train/schedules';
 * const schedule = cosineRestarts({ cycles: 2 });
 * console.log(scheduleFactor(schedule, 25, 100), scheduleFactor(schedule, 50, 100)); // 0.5 1
 * ```
 */
export function cosineRestarts({ cycles, growth = 1, to = 0 }: CosineRestartsOptions): Schedule {
  if (!Number.isSafeInteger(cycles) || cycles < 1 || cycles > 1000 || !(growth >= 1) || !(to >= 0)) {
    throw new GraftError({
      code: 'bad-input',
      what: `The schedule with restarts has cycles = ${cycles}, growth = ${growth} and to = ${to}.`,
      expected:
        'A whole number of cycles from 1 to 1000, a growth of at least 1 and a factor of at least 0 were expected.',
    });
  }
  const lengths = Array.from({ length: cycles }, (_, at) => growth ** at);
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  let end = 0;
  return {
    kind: 'pieces',
    pieces: lengths.map((length, at) => {
      end += length;
      return { until: at === cycles - 1 ? 1 : end / whole, from: 1, to, curve: 'cosine' as const };
    }),
  };
}
