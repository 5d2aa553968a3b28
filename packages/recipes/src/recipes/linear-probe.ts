import { networkOf } from '@graft-ml/core';
import { freeze } from '@graft-ml/transfer';
import { adapt } from '../adapt.js';
import type { Recipe } from '../recipe.js';
import { withTargetHead } from '../surgery.js';

/**
 * Linear probe: all of the source but its output layer stays as it is; a new output layer is trained on features that are
 * computed once (Alain & Bengio 2016, https://arxiv.org/abs/1610.01644).
 */
export const linearProbe: Recipe = {
  name: 'linear-probe',
  summary: 'only a new output layer is trained, on the cached features of all the source’s other layers',
  frozenBackbone: true,
  async run(task) {
    const { model, backbonePaths } = withTargetHead(task, 'linear-probe');
    const { frozen } = freeze(networkOf(model), { paths: backbonePaths });
    return adapt(task, model, { frozen });
  },
};
