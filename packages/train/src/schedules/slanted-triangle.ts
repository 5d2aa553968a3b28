import { GraftError } from '@graft-ml/core';
import type { Schedule } from './schedule.js';

/**
 * A short straight rise to the group's own learning rate and a long straight fall (ULMFiT, Howard & Ruder 2018,
 * https://arxiv.org/abs/1801.06146, eq. 3).
 *
 * @param options.rise fraction of the steps that the rise takes, in (0, 1); default 0.1
 * @param options.ratio how much smaller the lowest factor is than the peak, at least 1; default 32
 * @throws GraftError `bad-input` for numbers out of range
 */
export function slantedTriangle(options: { readonly rise?: number; readonly ratio?: number } = {}): Schedule {
  const { rise = 0.1, ratio = 32 } = options;
  if (!(rise > 0 && rise < 1 && ratio >= 1)) {
    throw new GraftError({
      code: 'bad-input',
      what: `The slanted triangle has rise = ${rise} and ratio = ${ratio}.`,
      expected: 'A rise between 0 and 1 and a ratio of at least 1 were expected.',
    });
  }
  return {
    kind: 'pieces',
    pieces: [
      { until: rise, from: 1 / ratio, to: 1, curve: 'linear' },
      { until: 1, from: 1, to: 1 / ratio, curve: 'linear' },
    ],
  };
}
