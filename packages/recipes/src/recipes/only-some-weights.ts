import { GraftError, networkOf, type NetworkWeight } from '@graft-ml/core';
import { freeze } from '@graft-ml/transfer';
import { adapt } from '../adapt.js';
import type { Recipe } from '../recipe.js';
import { withTargetHead } from '../surgery.js';

/** A recipe that trains a new head and, of the source, only the weights of some kind. */
function onlyWeights(name: string, summary: string, kind: string, trains: (weight: NetworkWeight) => boolean): Recipe {
  return {
    name,
    summary,
    async run(task) {
      const { model, backbonePaths } = withTargetHead(task, name);
      const network = networkOf(model);
      const { frozen } = freeze(network, { paths: backbonePaths });
      const free = network.weights.filter((weight) => frozen.has(weight.name) && trains(weight));
      if (free.length === 0) {
        model.dispose();
        throw new GraftError({
          code: 'bad-input',
          what: `The recipe ${name} trains ${kind}, and the source "${task.source.name}" has none.`,
          remedy: 'Choose another recipe, such as bias-only or layer-decay.',
        });
      }
      const still = new Set(frozen);
      for (const weight of free) still.delete(weight.name);
      return adapt(task, model, { frozen: still });
    },
  };
}

/** BitFit: of the source only the biases train (Ben Zaken et al. 2022, https://arxiv.org/abs/2106.10199). */
export const biasOnly: Recipe = onlyWeights(
  'bias-only',
  'beside a new head, only the biases train (BitFit)',
  'biases',
  ({ name }) => name.endsWith('/bias'),
);

/**
 * Of the source only BatchNorm's scales, shifts and statistics move (Frankle et al. 2021,
 * https://arxiv.org/abs/2003.00152).
 */
export const normOnly: Recipe = onlyWeights(
  'norm-only',
  'beside a new head, only BatchNorm’s scales, shifts and statistics move',
  'BatchNorm layers',
  ({ layer }) => layer.getClassName() === 'BatchNormalization',
);
