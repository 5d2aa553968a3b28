import { parameterCount } from '@graft-ml/core';
import { ia3, lora, mergeAdapters, residual, withAdapters, type AdapterMethod } from '@graft-ml/transfer/adapters';
import { adapt } from '../adapt.js';
import { settingOf, type Recipe, type RecipeTask } from '../recipe.js';
import { weightsUnder, withTargetHead } from '../surgery.js';

/** A recipe that trains a new head and adapters of the source's layers, and merges them at the end. */
function adapterRecipe(
  name: string,
  summary: string,
  method: (task: RecipeTask) => AdapterMethod,
  settings?: Recipe['settings'],
): (at?: string) => Recipe {
  return (at) => ({
    name: at === undefined ? name : `${name}@${at}`,
    summary,
    ...(settings === undefined ? {} : { settings }),
    async run(task) {
      const grafted = withTargetHead(task, name);
      try {
        const options = { method: method(task), seed: task.seed, ...(at === undefined ? {} : { targets: at }) };
        const adapted = withAdapters(grafted.network, options);
        const head = weightsUnder(grafted.network, grafted.headPaths);
        const trained = new Set([...adapted.adapterWeights, ...head]);
        const still = adapted.network.weights.filter((weight) => !trained.has(weight.name));
        const outcome = await adapt(task, adapted.model, { frozen: new Set(still.map((weight) => weight.name)) });
        const changed = new Set(weightsUnder(adapted.network, adapted.adaptedPaths));
        const model = mergeAdapters(adapted.network, name);
        outcome.model.dispose();
        return {
          ...outcome,
          model,
          frozen: new Set([...outcome.frozen].filter((weight) => !changed.has(weight))),
          totalParameters: parameterCount(grafted.network.weights),
        };
      } finally {
        grafted.model.dispose();
      }
    },
  });
}

/** LoRA (Hu et al. 2021, https://arxiv.org/abs/2106.09685) of all layers, or of those named: `lora@conv*`. */
export const loraAt: (at?: string) => Recipe = adapterRecipe(
  'lora',
  'a new head and low-rank changes of the source’s kernels train, and are merged at the end',
  (task) => lora({ rank: settingOf(task, 'rank', 4) }),
  { rank: [4, 8] },
);

/** IA³ (Liu et al. 2022, https://arxiv.org/abs/2205.05638) of all layers, or of those named. */
export const ia3At: (at?: string) => Recipe = adapterRecipe(
  'ia3',
  'a new head and a factor for each output of the source’s layers train, and are merged at the end',
  ia3,
);

/** Parallel residual adapters (Rebuffi et al. 2018, https://arxiv.org/abs/1803.10082) of all convolutions, or of those named. */
export const residualAt: (at?: string) => Recipe = adapterRecipe(
  'residual',
  'a new head and a 1×1 convolution beside each of the source’s train, and are merged at the end',
  residual,
);
