import { createRng, networkOf, parameterCount } from '@graft-ml/core';
import { splitDataset, type Dataset } from '@graft-ml/datasets';
import { greedySoup, renewStatistics, uniformSoup } from '@graft-ml/train/averaging';
import { freeze } from '@graft-ml/transfer';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { adapt } from '../adapt.js';
import { joinedResults } from '../joined-phases.js';
import { stepsOf } from '../phase.js';
import type { Recipe, RecipeOutcome, RecipeTask } from '../recipe.js';
import { takeWeights, withTargetHead } from '../surgery.js';

/** What the ingredients' learning rates are, against the budget's. */
const RATES = [0.3, 1, 3] as const;
/** How much of the labelled examples a greedy soup is judged by. */
const VALIDATION = 0.2;

/**
 * A recipe that fine-tunes the source several times, each from the same linear probe at another learning rate and in another order,
 * and averages the weights. The budget is shared: a quarter for the probe, a quarter for each ingredient.
 */
function soupRecipe(name: string, summary: string, greedy: boolean): Recipe {
  return {
    name,
    summary,
    async run(task) {
      const started = performance.now();
      const [train, validation] = greedy
        ? splitDataset(task.train, 1 - VALIDATION, createRng(task.seed).fork('soup'))
        : [task.train, undefined];
      const part = Math.max(1, Math.floor(stepsOf(task.budget, train.size) / (RATES.length + 1)));
      const { checkpoint: _checkpoint, resume: _resume, ...rest } = task;
      const own = { ...rest, train, budget: { ...task.budget, steps: part } };
      const probe = await probed(own);
      const ingredients: RecipeOutcome[] = [];
      try {
        for (const [at, rate] of RATES.entries()) {
          const budget = { ...own.budget, learningRate: task.budget.learningRate * rate };
          const seed = createRng(task.seed).fork(`ingredient ${at}`).seed();
          const start = startingFrom(own, probe.model);
          ingredients.push(await adapt({ ...own, budget, seed }, start, { frozen: new Set() }));
        }
        const models = ingredients.map(({ model }) => model);
        const model = await cooked(models, validation, own, name);
        const { weights } = networkOf(model);
        return {
          model,
          frozen: new Set(),
          trainableParameters: parameterCount(weights.filter(({ statistic }) => !statistic)),
          totalParameters: parameterCount(weights),
          result: joinedResults([probe.result, ...ingredients.map(({ result }) => result)]),
          trainSeconds: (performance.now() - started) / 1000,
        };
      } finally {
        for (const { model } of [probe, ...ingredients]) model.dispose();
      }
    },
  };
}

async function cooked(
  models: readonly LayersModel[],
  validation: Dataset | undefined,
  { train, seed, signal, budget }: RecipeTask,
  name: string,
): Promise<LayersModel> {
  if (validation !== undefined) return (await greedySoup(models, validation, { signal, name })).model;
  const model = uniformSoup(models, name);
  const batchSize = Math.min(budget.batchSize, train.size);
  await renewStatistics(networkOf(model), train, { seed, signal, batchSize });
  return model;
}

async function probed(task: RecipeTask): Promise<RecipeOutcome> {
  const { model, backbonePaths } = withTargetHead(task, 'soup');
  return adapt(task, model, { frozen: freeze(networkOf(model), { paths: backbonePaths }).frozen });
}

/** A model of its own with the probe's weights. */
function startingFrom(task: RecipeTask, probe: LayersModel): LayersModel {
  const { model } = withTargetHead(task, 'soup');
  takeWeights(networkOf(model), networkOf(probe));
  return model;
}

/** Uniform soup (Wortsman et al. 2022, https://arxiv.org/abs/2203.05482, section 2). */
export const soup: Recipe = soupRecipe(
  'soup',
  'the source is fine-tuned three times from one probe, at several learning rates, and the weights are averaged',
  false,
);

/** Greedy soup (the same paper, recipe 1): a fifth of the labelled examples says which of the models go in. */
export const greedySoupRecipe: Recipe = soupRecipe(
  'greedy-soup',
  'as soup, of those models only that do not make it worse on a fifth of the labelled examples',
  true,
);
