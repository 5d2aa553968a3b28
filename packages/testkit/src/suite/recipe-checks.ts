import * as layers from '@tensorflow/tfjs-layers';
import { networkOf, type Backend } from '@graft-ml/core';
import { recipes, type Recipe } from '@graft-ml/recipes';
import type { TrainedNet } from '@graft-ml/parity';
import { sameOnBoth } from './both.js';
import type { Check } from './check.js';
import { smallData, smallNet, weightsOf } from './small-net.js';

/** Each recipe: a few steps on a small source, which has a layer for each of them to work on. */
export function recipeChecks(backend: Backend): Check[] {
  return recipes().map((recipe) => ({
    name: `recipe ${recipe.name} agrees with cpu`,
    async run() {
      await sameOnBoth(backend, () => outcomeOf(recipe));
    },
  }));
}

async function outcomeOf(recipe: Recipe): Promise<TrainedNet> {
  const source = smallNet([
    layers.layers.batchNormalization({ name: 'bn' }),
    layers.layers.reLU({ name: 'relu' }),
    layers.layers.conv2d({
      filters: 4,
      kernelSize: 1,
      activation: 'relu',
      name: 'conv2',
      kernelInitializer: layers.initializers.glorotUniform({ seed: 3 }),
    }),
  ]);
  const losses: number[] = [];
  try {
    const { model } = await recipe.run({
      source,
      train: smallData(8, 6),
      seed: 2,
      budget: { steps: 6, batchSize: 4, learningRate: 1e-3 },
      defaultCut: 'flatten',
      onEvent: (event) => {
        if (event.type === 'step') losses.push(event.loss);
      },
    });
    try {
      return { losses, weights: await weightsOf(networkOf(model)) };
    } finally {
      model.dispose();
    }
  } finally {
    source.dispose();
  }
}
