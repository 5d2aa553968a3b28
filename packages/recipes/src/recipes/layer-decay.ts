import { networkOf } from '@graft-ml/core';
import { adapt } from '../adapt.js';
import { decayedGroups } from '../depth-groups.js';
import { settingOf, type Recipe } from '../recipe.js';
import { withTargetHead } from '../surgery.js';

/**
 * Layer-wise learning-rate decay: all layers train, each with `decay` times the rate of the one above it, because lower
 * layers are more general (Clark et al. 2020, https://arxiv.org/abs/2003.10555; Bao et al. 2022,
 * https://arxiv.org/abs/2106.08254).
 */
export const layerDecay: Recipe = {
  name: 'layer-decay',
  summary: 'all layers train, each at a smaller learning rate than the one above it',
  settings: { decay: [0.65, 0.4, 0.85] },
  async run(task) {
    const { model } = withTargetHead(task, 'layer-decay');
    const groups = decayedGroups(networkOf(model), settingOf(task, 'decay', 0.65));
    return adapt(task, model, { frozen: new Set(), groups });
  },
};
