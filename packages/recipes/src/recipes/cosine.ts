import { GraftError, networkOf } from '@graft-ml/core';
import { cut, freeze } from '@graft-ml/transfer';
import { withCosineHead } from '@graft-ml/transfer/heads';
import { adapt } from '../adapt.js';
import { settingOf, type Recipe } from '../recipe.js';
import { penultimate } from '../surgery.js';

/**
 * A cosine head on the source's frozen features: the direction of the features decides, not their length ("Baseline++" of Chen
 * et al. 2019, https://arxiv.org/abs/1904.04232). `scale` is what the learnt scale of the cosines starts at.
 */
export const cosine: Recipe = {
  name: 'cosine',
  summary: 'a new output layer of scaled cosines, on the cached features of all the source’s other layers',
  frozenBackbone: true,
  settings: { scale: [10, 30] },
  async run(task) {
    const { target } = task.train;
    if (target.kind !== 'classes') {
      throw new GraftError({
        code: 'bad-input',
        what: `"${task.train.name}" has targets of kind "${target.kind}".`,
        expected: 'A cosine head tells classes apart.',
        remedy: 'Use linear-probe.',
      });
    }
    const backbone = cut(task.source, penultimate(networkOf(task.source)).path);
    const options = { seed: task.seed, name: 'cosine', scale: settingOf(task, 'scale', 10) };
    const { model, network, backbonePaths } = withCosineHead(backbone, target.labels, options);
    return adapt(task, model, { frozen: freeze(network, { paths: backbonePaths }).frozen });
  },
};
