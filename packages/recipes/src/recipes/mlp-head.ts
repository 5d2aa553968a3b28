import { cut, freeze, headFor, withHead } from '@graft-ml/transfer';
import { networkOf } from '@graft-ml/core';
import { adapt } from '../adapt.js';
import { settingOf, type Recipe } from '../recipe.js';
import { penultimate } from '../surgery.js';

/**
 * A head with a hidden layer and dropout on the source's frozen features: what a linear probe cannot separate, it may. `units` are
 * the hidden layer's, `dropout` the share of features that are dropped while training (Srivastava et al. 2014).
 */
export const mlpHead: Recipe = {
  name: 'mlp-head',
  summary: 'a new hidden layer, dropout and output layer, on the cached features of all the source’s other layers',
  frozenBackbone: true,
  settings: { units: [128, 32, 512], dropout: [0.2, 0.5] },
  async run(task) {
    const backbone = cut(task.source, penultimate(networkOf(task.source)).path);
    const shape = { hidden: [settingOf(task, 'units', 128)], dropout: settingOf(task, 'dropout', 0.2) };
    const options = { seed: task.seed, name: 'mlp-head' };
    const { model, network, backbonePaths } = withHead(backbone, headFor(task.train.target, shape), options);
    return adapt(task, model, { frozen: freeze(network, { paths: backbonePaths }).frozen });
  },
};
