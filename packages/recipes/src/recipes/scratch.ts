import { createRng, reinitialise } from '@graft-ml/core';
import { adapt } from '../adapt.js';
import type { Recipe } from '../recipe.js';
import { withTargetHead } from '../surgery.js';

/** The baseline: the source's architecture with fresh weights everywhere, trained on the target data alone. */
export const scratch: Recipe = {
  name: 'scratch',
  summary: 'the same architecture with fresh weights, trained on the target data alone',
  async run(task) {
    const grafted = withTargetHead(task, 'scratch');
    const model = reinitialise(grafted.network, createRng(task.seed).fork('scratch'), 'scratch');
    grafted.model.dispose();
    return adapt(task, model, { frozen: new Set() });
  },
};
