import { cutName, type CutPoint } from '@graft-ml/transfer';
import { adapt } from '../adapt.js';
import type { Recipe } from '../recipe.js';
import { withFreshAbove } from '../surgery.js';

/**
 * Fine-tuning: a new head on the source's layers, and all of them train.
 *
 * @param at layers above this cut start fresh; only the output layer when left out
 */
export function fineTuneAt(at?: CutPoint): Recipe {
  return {
    name: at === undefined ? 'fine-tune' : `fine-tune@${cutName(at)}`,
    summary: 'a new head on the source’s layers, and all layers train',
    async run(task) {
      const { model } = withFreshAbove(task, at, 'fine-tune');
      return adapt(task, model, { frozen: new Set() });
    },
  };
}

export const fineTune: Recipe = fineTuneAt();
