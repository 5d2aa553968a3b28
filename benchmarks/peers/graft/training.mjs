import { networkOf } from '@graft-ml/core';
import { arrayDataset } from '@graft-ml/datasets';
import { adam, fit } from '@graft-ml/train';
import { learnable, volume } from '../formula.mjs';
import * as networks from '../networks.mjs';

/** More steps than any measurement takes. */
const ENDLESS = 1_000_000_000;

/**
 * @param {number} examples
 * @param {readonly number[]} shape
 * @param {{ data: Float32Array, ids: Int32Array }} [given]
 */
export function classified(examples, shape, given) {
  const { data, ids } = given ?? learnable(examples, volume(shape), 10);
  return arrayDataset({
    name: 'learnable',
    inputs: [{ data, shape }],
    targets: ids,
    target: { kind: 'classes', labels: Array.from({ length: 10 }, (_, id) => String(id)) },
  });
}

/**
 * `fit` as a user calls it; one repetition pulls its events up to the end of the next steps. So it holds all that a user
 * pays: gathering the shuffled batch, gradients, the update, the loss and accuracy of the step.
 *
 * @param {Parameters<typeof fit>[0]} options
 * @param {number} steps in one repetition
 */
export function training(options, steps = 1) {
  const events = fit({ optimizer: adam(), seed: 1, steps: ENDLESS, ...options })[Symbol.asyncIterator]();
  return {
    run: async () => {
      let loss = Number.NaN;
      for (let left = steps; left > 0;) {
        const { value } = await events.next();
        if (value?.type !== 'step') continue;
        loss = value.loss;
        left -= 1;
      }
      return { loss };
    },
    dispose: () => events.return?.(),
  };
}

const stepOf = (model, data, batchSize, rest = {}) => {
  const { run, dispose } = training({ network: networkOf(model), data, batchSize, ...rest });
  return {
    run,
    async dispose() {
      await dispose();
      model.dispose();
    },
  };
};

/** Sequences of word ids, with those of the class's own words half of the time. */
function sentences(examples, { words, length }) {
  const { data, ids } = learnable(examples, length, 10);
  return { data: data.map((value) => Math.floor(((value + 1) / 2) * (words - 1))), ids };
}

export const trainingKinds = {
  'seed-cnn': async ({ batch }) => stepOf(networks.cnn(), classified(8 * batch, [28, 28, 1]), batch),
  mlp: async ({ batch }) => stepOf(networks.mlp(), classified(8 * batch, [784]), batch),
  embedding: async (params) => {
    const { batch, length } = params;
    const data = classified(8 * batch, [length], sentences(8 * batch, params));
    return stepOf(networks.embedding(params), data, batch);
  },
  transformer: async (params) => {
    const { batch, length, width } = params;
    return stepOf(networks.transformer(params), classified(8 * batch, [length, width]), batch);
  },
  'mobilenet-step': async (params) => {
    const { batch, side, statistics, learningRate } = params;
    const model = networks.mobilenet(params);
    const names = networkOf(model).weights.filter((weight) => weight.statistic);
    const frozen = new Set(statistics === 'frozen' ? names.map(({ name }) => name) : []);
    const data = classified(4 * batch, [side, side, 3]);
    return stepOf(model, data, batch, { frozen, optimizer: adam({ learningRate }) });
  },
  'head-epoch': async ({ examples, features, batch }) => {
    const model = networks.head({ features });
    const data = classified(examples, [features]);
    const { run, dispose } = training(
      { network: networkOf(model), data, batchSize: batch },
      Math.ceil(examples / batch),
    );
    return { run, dispose };
  },
};
