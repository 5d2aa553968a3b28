import { networkOf } from '@graft-ml/core';
import { freeze, selectNodes, unfreeze } from '@graft-ml/transfer';
import { adapt } from '../adapt.js';
import { stagesOf } from '../depth-groups.js';
import type { Recipe } from '../recipe.js';
import { withTargetHead } from '../surgery.js';

/**
 * Surgical fine-tuning: beside the new head, only one stage of the source trains. Which one suits depends on how the tasks
 * differ; the first where the inputs look different (Lee et al. 2023, https://arxiv.org/abs/2210.11466).
 *
 * @param stage the layers that train, as a glob of paths (`conv1`, `block_1*`); the first with weights when left out
 */
export function surgicalAt(stage?: string): Recipe {
  return {
    name: stage === undefined ? 'surgical' : `surgical@${stage}`,
    summary: 'beside a new head, only one stage of the source trains: the first, or the one named',
    async run(task) {
      const { model, network, backbonePaths } = withTargetHead(task, 'surgical');
      const all = freeze(networkOf(model), { paths: backbonePaths });
      const first = stagesOf(network)[0]?.path ?? '';
      const paths = selectNodes(network, stage ?? { paths: [first] }).map(({ path }) => path);
      return adapt(task, model, { frozen: unfreeze(network, { paths }, all).frozen });
    },
  };
}

export const surgical: Recipe = surgicalAt();
