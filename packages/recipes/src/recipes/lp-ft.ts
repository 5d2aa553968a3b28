import { networkOf } from '@graft-ml/core';
import { freeze } from '@graft-ml/transfer';
import { adapt } from '../adapt.js';
import { settingOf, type Recipe } from '../recipe.js';
import { withTargetHead } from '../surgery.js';

/**
 * LP-FT: first a linear probe, then fine-tuning of everything from there. A new head's random weights would distort the
 * features in the first steps; a probed one does not (Kumar et al. 2022, https://arxiv.org/abs/2202.10054).
 *
 * `probe` is the share of the steps that the probe gets.
 */
export const lpFt: Recipe = {
  name: 'lp-ft',
  summary: 'a linear probe first, then all layers train from there',
  settings: { probe: [0.5, 0.25] },
  async run(task) {
    const probe = settingOf(task, 'probe', 0.5);
    const { model, backbonePaths } = withTargetHead(task, 'lp-ft');
    const { frozen } = freeze(networkOf(model), { paths: backbonePaths });
    return adapt(task, model, [
      { frozen, share: probe },
      { frozen: new Set(), share: 1 - probe },
    ]);
  },
};
