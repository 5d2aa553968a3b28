import { checkNumber } from '../check-number.js';
import type { Follower } from '../loop/follower.js';
import { weightAverage } from './weight-average.js';

export interface EmaOptions {
  /** How much of the average each step keeps, in [0, 1). Default 0.99: an average over about the last 100 steps. */
  readonly decay?: number;
}

/**
 * End a training with the exponential moving average of its weights, average ← d·average + (1 − d)·weights after each step
 * (Polyak & Juditsky 1992). As in TensorFlow's `ExponentialMovingAverage`, d is the smaller of `decay` and (1 + t)/(10 + t)
 * at step t, so that the first weights are soon forgotten. BatchNorm's statistics are averaged likewise.
 *
 * @throws GraftError `bad-input` for a decay outside [0, 1)
 *
 * @example
 * ```ts
 * import { ema } from '@graft-ml/train/averaging';
 * console.log(ema({ decay: 0.999 }).name); // ema 0.999
 * ```
 */
export function ema({ decay = 0.99 }: EmaOptions = {}): Follower {
  checkNumber('The decay of the moving average is', decay, 'from 0 to below 1');
  return weightAverage(`ema ${decay}`, (step) => 1 - Math.min(decay, (1 + step) / (10 + step)));
}
