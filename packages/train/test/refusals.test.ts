import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { GraftError, networkOf, useBackend } from '@graft-ml/core';
import { cpu } from '@graft-ml/backend-cpu';
import {
  adam,
  binaryCrossEntropy,
  crossEntropy,
  evaluate,
  exponentialSchedule,
  fit,
  linearSchedule,
  meanSquaredError,
  sgd,
  stepSchedule,
  warmupSchedule,
  type FitOptions,
} from '../src/index.js';
import { clusters, toyDataset, toyNetwork, weightsOf } from './toys.js';

// At once, because the tables below hold networks.
await useBackend(cpu());

const labels = ['a', 'b', 'c'];
const foreign = {
  inputs: [
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 3],
  ],
  shape: [2],
  targets: [0, 2, 3, 1],
  target: { kind: 'classes' as const, labels },
};
const nothing = toyDataset({ inputs: [], shape: [2], targets: [], target: { kind: 'classes', labels } });
const all = () => new Set(toyNetwork().weights.map((weight) => weight.name));

describe('fit refuses', () => {
  it.each<[string, Partial<FitOptions>, string, RegExp]>([
    ['an empty dataset', { data: nothing }, 'bad-input', /"toy" has no examples/],
    ['an empty validation set', { validation: nothing }, 'bad-input', /"toy" has no examples/],
    ['a batch larger than the data', { batchSize: 31 }, 'bad-input', /batch size is 31.*30 examples/],
    ['nothing trainable', { frozen: all() }, 'bad-input', /None of the network's 4 weights is trainable/],
    ['neither steps nor epochs', { steps: undefined }, 'bad-input', /Neither steps nor epochs/],
    ['half a step', { steps: 1.5 }, 'bad-input', /steps is 1\.5/],
    [
      'a foreign label',
      { data: toyDataset(foreign), batchSize: 2 },
      'bad-input',
      /Example 2 of "toy" has label 3\..*3 classes/,
    ],
    [
      'a foreign label met on the way',
      { data: toyDataset({ ...foreign, blind: true }), batchSize: 2 },
      'bad-input',
      /Example 2 of "toy" has label 3\./,
    ],
    [
      'a loss that does not fit the targets',
      { loss: meanSquaredError() },
      'bad-input',
      /kind "classes".*mean-squared-error/,
    ],
    [
      'a loss that does not fit the head',
      { loss: binaryCrossEntropy() },
      'bad-input',
      /binary-cross-entropy over 3 outputs/,
    ],
    [
      'too few class weights',
      { loss: crossEntropy({ classWeights: [1, 2] }) },
      'bad-input',
      /classWeights are \[1, 2\]/,
    ],
    ['too much smoothing', { loss: crossEntropy({ labelSmoothing: 2 }) }, 'bad-input', /labelSmoothing is 2/],
    [
      'early stopping without a validation set',
      { earlyStopping: { metric: 'loss' } },
      'bad-input',
      /without a validation set/,
    ],
    [
      'a mistyped metric',
      { validation: clusters(3, 1), earlyStopping: { metric: 'acuracy' } },
      'not-found',
      /Did you mean "accuracy"/,
    ],
    [
      'no patience',
      { validation: clusters(3, 1), earlyStopping: { metric: 'loss', patience: 0 } },
      'bad-input',
      /patience.*is 0/,
    ],
    ['resuming from nowhere', { resume: true }, 'bad-input', /without a checkpoint/],
    [
      'a mistyped weight in a group',
      { groups: [{ name: 'g', weights: ['hed/kernel'] }] },
      'not-found',
      /"hed\/kernel".*Did you mean "head\/kernel"/,
    ],
    [
      'a weight in two groups',
      {
        groups: [
          { name: 'g', weights: ['head/bias'] },
          { name: 'h', weights: ['head/bias'] },
        ],
      },
      'bad-input',
      /"head\/bias" is in two parameter groups, "g" and "h"/,
    ],
    [
      'a negative learning rate in a group',
      { groups: [{ name: 'g', weights: [], learningRate: -1 }] },
      'bad-input',
      /"g" has learningRate = -1/,
    ],
    ['a negative weight decay', { weightDecay: -1 }, 'bad-input', /weightDecay = -1/],
    ['a clip norm of 0', { clipNorm: 0 }, 'bad-input', /clipNorm is 0/],
    ['a seed that is no integer', { seed: 0.5 }, 'bad-input', /seed is 0\.5/],
    ['a schedule below zero', { schedule: linearSchedule(-1) }, 'bad-input', /linear schedule has to = -1/],
    ['a step schedule of no steps', { schedule: stepSchedule({ every: 0, factor: 0.5 }) }, 'bad-input', /every = 0/],
    [
      'a bad schedule inside a warm-up',
      { schedule: warmupSchedule(2, exponentialSchedule(0)) },
      'bad-input',
      /exponential schedule has factor = 0/,
    ],
  ])('%s', async (_what, change, code, message) => {
    const options = { network: toyNetwork(), data: clusters(30, 1), steps: 5, batchSize: 10, seed: 1, ...change };
    const before = tf.memory().numTensors;
    const error: unknown = await fit(options)
      .result()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GraftError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('networks without one flat output', async () => {
    const map = networkOf(
      layers.sequential({ layers: [layers.layers.conv2d({ filters: 1, kernelSize: 1, inputShape: [2, 2, 1] })] }),
    );
    const training = fit({ network: map, data: clusters(30, 1), steps: 1, seed: 1, batchSize: 2 });
    await expect(training.result()).rejects.toThrow(/\[batch, 2, 2, 1\].*One output of shape \[batch, units\]/);
  });

  it('a sigmoid head for cross-entropy over classes', async () => {
    const network = networkOf(
      layers.sequential({ layers: [layers.layers.dense({ units: 3, inputShape: [2], activation: 'sigmoid' })] }),
    );
    await expect(evaluate(network, clusters(6, 1))).rejects.toThrow(/ends in sigmoid.*goes with a softmax/);
  });

  it('optimizer numbers out of range', () => {
    expect(() => sgd({ momentum: 1 })).toThrow(/momentum = 1/);
    expect(() => sgd({ nesterov: true })).toThrow(/nesterov and momentum = 0/);
    expect(() => adam({ learningRate: Number.NaN })).toThrow(/learningRate = NaN/);
    expect(() => adam({ beta2: 1 })).toThrow(/beta2 = 1/);
    expect(() => adam({ epsilon: 0 })).toThrow(/epsilon = 0/);
  });
});

describe('NaN', () => {
  const spoilt = (at: number) =>
    toyDataset({
      inputs: Array.from({ length: 20 }, (_, index) => [index === at ? Number.NaN : index / 20, 0]),
      shape: [2],
      targets: Array.from({ length: 20 }, (_, index) => index % 3),
      target: { kind: 'classes', labels },
    });

  it('in the data stops training with step, group and example, and leaves the weights of the step before', async () => {
    const network = toyNetwork();
    const tensors = tf.memory().numTensors;
    const kept: Record<string, number[]>[] = [await weightsOf(network)];
    const groups = [{ name: 'new head', weights: ['head/kernel', 'head/bias'] }];
    const error: unknown = await (async () => {
      for await (const event of fit({ network, data: spoilt(13), groups, epochs: 1, batchSize: 4, seed: 3 })) {
        if (event.type === 'step') kept.push(await weightsOf(network));
      }
    })().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'diverged' });
    expect(String(error)).toMatch(new RegExp(`step ${kept.length} of 5`));
    expect(String(error)).toMatch(/gradients of the parameter group "new head"/);
    expect(String(error)).toMatch(/Example 13 of "toy"/);
    expect(await weightsOf(network)).toEqual(kept.at(-1));
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('from a learning rate that is far too high names what overflowed', async () => {
    const training = fit({
      network: toyNetwork(),
      data: clusters(30, 1),
      optimizer: sgd({ learningRate: 1e38 }),
      steps: 20,
      batchSize: 10,
      seed: 1,
    });
    await expect(training.result()).rejects.toThrow(
      /diverged at step 2 of 20.*gradients of the parameter group "default".*learning rate/s,
    );
  });

  it('after the very last update is found too', async () => {
    const training = fit({
      network: toyNetwork(),
      data: clusters(30, 1),
      optimizer: sgd({ learningRate: Number.MAX_VALUE }),
      steps: 1,
      batchSize: 10,
      seed: 1,
    });
    await expect(training.result()).rejects.toThrow(
      /after step 1 of 1 the weights of the parameter group "default" are not finite/,
    );
  });

  it('in evaluated data names the example', async () => {
    await expect(evaluate(toyNetwork(), spoilt(7), { batchSize: 5 })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('Example 7 of "toy"'),
    });
  });

  it('in a network’s weights is told from NaN in the data', async () => {
    const network = toyNetwork();
    const head = network.weights.find((weight) => weight.name === 'head/bias');
    tf.tidy(() => head?.variable.assign(tf.tensor1d([0, Number.NaN, 0])));
    await expect(evaluate(network, clusters(6, 1))).rejects.toMatchObject({ code: 'diverged' });
  });
});
