import { networkOf } from '@graft-ml/core';
import { l2Sp as l2SpTerm } from '@graft-ml/train/regularisers';
import { adapt } from '../adapt.js';
import { settingOf, type Recipe } from '../recipe.js';
import { weightsUnder, withTargetHead } from '../surgery.js';

/**
 * L2-SP: fine-tuning that is pulled towards the source's weights (Li, Grandvalet & Davoine 2018,
 * https://arxiv.org/abs/1802.01483). `strength` is α; the new head is pulled to zero by a tenth of it.
 */
export const l2Sp: Recipe = {
  name: 'l2-sp',
  summary: 'all layers train, pulled towards the source’s weights',
  settings: { strength: [0.01, 0.001, 0.1] },
  async run(task) {
    const { model, network, backbonePaths } = withTargetHead(task, 'l2-sp');
    const strength = settingOf(task, 'strength', 0.01);
    const term = l2SpTerm({
      network: networkOf(model),
      fromSource: weightsUnder(network, backbonePaths),
      strength,
      headStrength: strength / 10,
    });
    try {
      return await adapt(task, model, { frozen: new Set(), terms: [term] });
    } finally {
      term.dispose();
    }
  },
};
