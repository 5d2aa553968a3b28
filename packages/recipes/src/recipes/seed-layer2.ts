import { cut, headFor, withHead } from '@graft-ml/transfer';
import { adapt } from '../adapt.js';
import type { Recipe } from '../recipe.js';

/**
 * The seed document's own choice: features are the output of the model's third layer (`layers[2]`, the second
 * convolution), flattened into a new output layer, and all layers train.
 */
export const seedLayer2: Recipe = {
  name: 'seed-layer2',
  summary: 'features from the third layer, flattened into a new head, and all layers train',
  async run(task) {
    const { model } = withHead(cut(task.source, 2), headFor(task.train.target), {
      seed: task.seed,
      bridge: 'flatten',
      name: 'seed-layer2',
    });
    return adapt(task, model, { frozen: new Set() });
  },
};
