import { networkOf } from '@graft-ml/core';
import { featureDistance } from '@graft-ml/train/regularisers';
import { adapt } from '../adapt.js';
import { stagesOf } from '../depth-groups.js';
import { settingOf, type Recipe } from '../recipe.js';
import { withTargetHead } from '../surgery.js';

/**
 * DELTA without attention: fine-tuning that keeps what each layer gives near what the source's gives for the same inputs (Li et
 * al. 2019, https://arxiv.org/abs/1901.09229). `strength` is β of the paper.
 */
export const delta: Recipe = {
  name: 'delta',
  summary: 'all layers train, their outputs held near the source’s for the same inputs',
  settings: { strength: [0.01, 0.001, 0.1] },
  async run(task) {
    const { model, network, backbonePaths } = withTargetHead(task, 'delta');
    const paths = stagesOf(network).flatMap(({ path }) => (backbonePaths.includes(path) ? [path] : []));
    const term = featureDistance({
      source: networkOf(task.source),
      paths,
      strength: settingOf(task, 'strength', 0.01),
    });
    return adapt(task, model, { frozen: new Set(), terms: [term] });
  },
};
