import { networkOf } from '@graft-ml/core';
import { interpolation } from '@graft-ml/train/averaging';
import { freeze } from '@graft-ml/transfer';
import { adapt } from '../adapt.js';
import { settingOf, type Recipe } from '../recipe.js';
import { withTargetHead } from '../surgery.js';

/**
 * WiSE-FT: a linear probe, fine-tuning from there, and at the end weights between the two (Wortsman et al. 2022,
 * https://arxiv.org/abs/2109.01903). `alpha` is how far towards the fine-tuned ones.
 */
export const wiseFt: Recipe = {
  name: 'wise-ft',
  summary: 'a linear probe, then all layers train, and the weights end between the two',
  settings: { alpha: [0.5, 0.25, 0.75] },
  async run(task) {
    const { model, backbonePaths } = withTargetHead(task, 'wise-ft');
    const { frozen } = freeze(networkOf(model), { paths: backbonePaths });
    const follower = interpolation(settingOf(task, 'alpha', 0.5));
    return adapt(task, model, [{ frozen }, { frozen: new Set(), followers: [follower] }]);
  },
};
