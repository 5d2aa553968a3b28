import { networkOf } from '@graft-ml/core';
import { cutName, freeze, type CutPoint } from '@graft-ml/transfer';
import { adapt } from '../adapt.js';
import type { Recipe } from '../recipe.js';
import { withFreshAbove } from '../surgery.js';

/**
 * Feature extraction: everything up to the cut keeps the source's weights and is frozen; the layers above are made
 * anew and trained on features that are computed once (Yosinski et al. 2014, https://arxiv.org/abs/1411.1792).
 *
 * @param at where to cut; the task's default cut, or the deepest features, when left out
 */
export function frozenAt(at?: CutPoint): Recipe {
  return {
    name: at === undefined ? 'frozen' : `frozen@${cutName(at)}`,
    summary: 'the source’s layers up to the cut stay as they are; new layers above are trained on cached features',
    frozenBackbone: true,
    async run(task) {
      const { model, kept } = withFreshAbove(task, at ?? task.defaultCut, 'frozen');
      const { frozen } = freeze(networkOf(model), { paths: kept });
      return adapt(task, model, { frozen });
    },
  };
}

export const frozen: Recipe = frozenAt();
