import { checkNumber } from '../check-number.js';
import type { Follower } from '../loop/follower.js';
import { weightAverage } from './weight-average.js';

export interface SwaOptions {
  /** Fraction of the steps after which averaging begins, in [0, 1). Default 0.75. */
  readonly from?: number;
  /** Steps between two weights that are averaged, at least 1. Default 1. */
  readonly every?: number;
}

/**
 * Stochastic weight averaging: end a training with the plain mean of the weights that it passed through in its last part
 * (Izmailov et al. 2018, https://arxiv.org/abs/1803.05407, algorithm 1). It goes with a learning rate that stays high, so
 * that the weights move about. BatchNorm's statistics are averaged too; `renewStatistics` computes them anew in one more pass over
 * the data, as the paper does.
 *
 * @throws GraftError `bad-input` for numbers out of range
 */
export function swa({ from = 0.75, every = 1 }: SwaOptions = {}): Follower {
  checkNumber('Weight averaging has from =', from, 'from 0 to below 1');
  checkNumber('Weight averaging has every =', every, 'above 0 and whole');
  return weightAverage(`swa from ${from} every ${every}`, (step, total) => {
    const since = step - Math.floor(from * total) - 1;
    return since < 0 || since % every !== 0 ? 0 : 1 / (since / every + 1);
  });
}
