import * as tf from '@tensorflow/tfjs-core';
import { buildModel, GraftError, networkOf } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { evaluate, type EvaluateOptions } from '../evaluate.js';

export interface GreedySoup {
  readonly model: LayersModel;
  /** Which models are in it, by their places in the list, in the order in which they were taken. */
  readonly ingredients: readonly number[];
  /** Of the soup, on the validation data: accuracy, or minus the loss where targets are values. */
  readonly score: number;
}

/**
 * A model soup: a model whose every weight is the mean of that weight in several models, which were fine-tuned from the same
 * start with different settings (Wortsman et al. 2022, https://arxiv.org/abs/2203.05482, section 2, "uniform soup"). It
 * costs no more to run than one of them. BatchNorm's statistics are averaged too: `renewStatistics` computes them anew.
 *
 * @param models of one architecture; not changed
 * @throws GraftError `bad-input` for no models, or when weights differ by name or shape
 */
export function uniformSoup(models: readonly LayersModel[], name = 'soup'): LayersModel {
  const [first, ...more] = models.map(networkOf);
  if (first === undefined) {
    throw new GraftError({ code: 'bad-input', what: 'No models were given.', expected: 'At least one was expected.' });
  }
  const form = (network: typeof first): string =>
    network.weights.map((weight) => `${weight.name} [${weight.shape.join(', ')}]`).join('; ');
  const other = more.find((network) => form(network) !== form(first));
  if (other !== undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: 'The models to average are not of one architecture: their weights differ by name or shape.',
      expected: 'Models that were fine-tuned from the same start were expected.',
    });
  }
  const model = buildModel(first, name);
  for (const [at, { variable }] of networkOf(model).weights.entries()) {
    tf.tidy(() => {
      const same = [first, ...more].flatMap((network) => network.weights[at]?.variable ?? []);
      variable.assign(tf.div(tf.addN(same), same.length));
    });
  }
  return model;
}

/**
 * A greedy soup: models are tried from the best on the validation data to the worst, and each stays in when the soup does not get
 * worse by it (Wortsman et al. 2022, https://arxiv.org/abs/2203.05482, recipe 1). So the soup is at least as good, on those
 * data, as the best model alone.
 *
 * @throws GraftError as `uniformSoup` and `evaluate`
 */
export async function greedySoup(
  models: readonly LayersModel[],
  validation: Dataset,
  options: Pick<EvaluateOptions, 'signal' | 'batchSize'> & { readonly name?: string } = {},
): Promise<GreedySoup> {
  const scoreOf = async (model: LayersModel): Promise<number> => {
    const { loss, metrics } = await evaluate(networkOf(model), validation, options);
    return metrics['accuracy'] ?? -loss;
  };
  const alone: { readonly at: number; readonly score: number }[] = [];
  for (const [at, model] of models.entries()) alone.push({ at, score: await scoreOf(model) });
  alone.sort((a, b) => b.score - a.score || a.at - b.at);
  let best: GreedySoup | undefined;
  for (const { at } of alone) {
    const ingredients = [...(best?.ingredients ?? []), at];
    const model = uniformSoup(
      ingredients.flatMap((each) => models[each] ?? []),
      options.name,
    );
    const score = await scoreOf(model);
    if (best !== undefined && score < best.score) {
      model.dispose();
      continue;
    }
    best?.model.dispose();
    best = { model, ingredients, score };
  }
  return best ?? { model: uniformSoup(models), ingredients: [], score: Number.NaN };
}
