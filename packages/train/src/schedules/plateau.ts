import { checkNumber } from '../check-number.js';
import { refuse } from '../refuse.js';
import type { Schedule } from './schedule.js';

export interface PlateauOptions {
  /** What the learning rate is multiplied by, in (0, 1). Default 0.1. */
  readonly factor?: number;
  /**
   * How many losses in a row may be no better than the best one before the rate is lowered, at least 0; default 10. With a
   * validation set the losses are its validations', otherwise the training losses over each hundredth of the steps.
   */
  readonly patience?: number;
  /** A loss is better when it is below (1 − threshold) · best. Default 1e-4. */
  readonly threshold?: number;
}

/**
 * Reduce on plateau: the learning rate falls when the loss no longer does, as PyTorch's `ReduceLROnPlateau` has it (mode `min`,
 * relative threshold). It follows from the losses alone, so that a resumed training has the same rates.
 *
 * @throws GraftError `bad-input` for numbers out of range
 *
 * @example
 * ```ts
 * import { plateau } from '@graft-ml/train/schedules';
 * console.log(plateau({ patience: 3 }).kind); // plateau
 * ```
 */
export function plateau({ factor = 0.1, patience = 10, threshold = 1e-4 }: PlateauOptions = {}): Schedule {
  checkNumber('The patience of the plateau is', patience, 'of at least 0');
  checkNumber('The threshold of the plateau is', threshold, 'from 0 to below 1');
  if (!(factor > 0 && factor < 1))
    refuse(`The factor of the plateau is ${factor}.`, 'A number between 0 and 1 was expected.');
  return { kind: 'plateau', factor, patience, threshold };
}
