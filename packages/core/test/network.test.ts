import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import {
  createRng,
  forward,
  hasLogits,
  networkOf,
  nodeAt,
  outputActivation,
  parameterCount,
  predict,
  slotInfo,
  subnetwork,
  useBackend,
} from '../src/index.js';
import { apply, caught, present, testBackend, values } from './helpers.js';
import { convNet, predicted, twiceNested, uniform } from './network-models.js';

const L = layers.layers;

beforeAll(async () => {
  await useBackend(testBackend());
});

describe('networkOf', () => {
  it('names nodes, weights and shapes of a Sequential', () => {
    const network = networkOf(convNet());
    expect(network.nodes.map((node) => [node.path, node.kind])).toEqual([
      ['conv', 'Conv2D'],
      ['bn', 'BatchNormalization'],
      ['pool', 'MaxPooling2D'],
      ['drop', 'Dropout'],
      ['flatten', 'Flatten'],
      ['head', 'Dense'],
    ]);
    expect(network.weights.map((weight) => [weight.name, weight.statistic])).toEqual([
      ['conv/kernel', false],
      ['conv/bias', false],
      ['bn/gamma', false],
      ['bn/beta', false],
      ['bn/moving_mean', true],
      ['bn/moving_variance', true],
      ['head/kernel', false],
      ['head/bias', false],
    ]);
    expect(slotInfo(network, present(nodeAt(network, 'pool')?.outputs[0]))).toEqual({
      shape: [null, 2, 2, 3],
      dtype: 'float32',
    });
    expect(parameterCount(network.weights)).toBe(convNet().countParams());
    expect(nodeAt(network, 'nothing')).toBeUndefined();
  });

  it('opens nested models, and gives a second call a number but no weights of its own', async () => {
    const model = twiceNested();
    const network = networkOf(model);
    expect(network.nodes.map((node) => node.path)).toEqual([
      'encoder/fc',
      'encoder/bn',
      'encoder/fc#2',
      'encoder/bn#2',
      'both',
      'score',
    ]);
    expect(network.weights.filter((weight) => weight.name.includes('fc')).map((weight) => weight.name)).toEqual([
      'encoder/fc/kernel',
      'encoder/fc/bias',
    ]);
    expect(nodeAt(network, 'encoder/fc#2')?.weights).toEqual(nodeAt(network, 'encoder/fc')?.weights);
    const x = [uniform([2, 3], 1), uniform([2, 3], 2)];
    expect(await values(present(predict(network, x)[0]))).toEqual(await predicted(model, x));
  });

  it.each([1, 2])('names a model that begins a Sequential, %d deep', async (depth) => {
    let inner = layers.sequential({ name: 'base', layers: [L.dense({ inputShape: [3], units: 3, name: 'fc' })] });
    for (let level = 1; level < depth; level++) {
      const outer = layers.sequential({ name: `outer${level}` });
      outer.add(inner);
      inner = outer;
    }
    const model = layers.sequential();
    model.add(inner);
    model.add(L.dense({ units: 1, name: 'head' }));
    const network = networkOf(model);
    expect(network.nodes.map((node) => node.path)).toEqual([depth === 1 ? 'base/fc' : 'outer1/base/fc', 'head']);
    const x = uniform([2, 3]);
    expect(await values(present(predict(network, [x])[0]))).toEqual(await predicted(model, x));
  });

  it('opens a functional model that begins a Sequential inside a nested model', () => {
    const input = layers.input({ shape: [3] });
    const base = layers.model({
      inputs: input,
      outputs: apply(L.dense({ units: 2, name: 'fc' }), input),
      name: 'base',
    });
    const middle = layers.sequential({ name: 'middle' });
    middle.add(base);
    middle.add(L.dense({ units: 2, name: 'more' }));
    const outside = layers.input({ shape: [3] });
    const model = layers.model({
      inputs: outside,
      outputs: apply(middle, apply(L.dense({ units: 3, name: 'first' }), outside)),
    });
    expect(networkOf(model).nodes.map((node) => node.path)).toEqual(['first', 'middle/base/fc', 'middle/more']);
  });

  it('calls weights statistics by their nature, not by the trainable flag, and leaves the flag', () => {
    const model = convNet();
    model.getLayer('bn').trainable = false;
    const names = networkOf(model)
      .weights.filter((weight) => weight.statistic)
      .map((weight) => weight.name);
    expect(names).toEqual(['bn/moving_mean', 'bn/moving_variance']);
    expect(model.getLayer('bn').trainable).toBe(false);
  });

  it('holds the live variables', async () => {
    const model = convNet();
    const bias = present(networkOf(model).weights.find((weight) => weight.name === 'head/bias'));
    const fresh = tf.tensor1d([1, 2, 3, 4]);
    bias.variable.assign(fresh);
    fresh.dispose();
    expect(await values(present(model.getLayer('head').getWeights()[1]))).toEqual([1, 2, 3, 4]);
  });

  it('refuses a model that is not built yet', async () => {
    expect((await caught(() => networkOf(layers.sequential()))).code).toBe('bad-input');
  });

  it('keeps all weights of wrappers and recurrent layers apart', () => {
    const model = layers.sequential({
      layers: [
        L.bidirectional({
          inputShape: [4, 3],
          layer: L.gru({ units: 2, returnSequences: true }),
          mergeMode: 'concat',
          name: 'both',
        }),
        L.timeDistributed({ layer: L.dense({ units: 2 }), name: 'each' }),
      ],
    });
    const { weights } = networkOf(model);
    expect(new Set(weights.map((weight) => weight.name)).size).toBe(weights.length);
    expect(weights).toHaveLength(8);
    expect(weights.some((weight) => weight.statistic)).toBe(false);
  });
});

describe('predict and forward', () => {
  it('give what tfjs gives', async () => {
    const model = convNet();
    const x = uniform([3, 6, 6, 1]);
    const wanted = await predicted(model, x);
    expect(await values(present(predict(networkOf(model), [x])[0]))).toEqual(wanted);
    expect(await values(present(tf.tidy(() => forward(networkOf(model), [x]))[0]))).toEqual(wanted);
  });

  it('predict leaves nothing behind, and holds fewer tensors at a time than forward', () => {
    const network = networkOf(
      layers.sequential({
        layers: Array.from({ length: 12 }, (_, index) =>
          L.dense({ units: 8, ...(index === 0 ? { inputShape: [8] } : {}) }),
        ),
      }),
    );
    const x = uniform([4, 8]);
    const before = tf.memory().numTensors;
    const peak = (run: typeof predict): number => {
      let most = 0;
      const watched = {
        ...network,
        nodes: network.nodes.map((node) => ({
          ...node,
          get inputs(): readonly number[] {
            most = Math.max(most, tf.memory().numTensors - before);
            return node.inputs;
          },
        })),
      };
      tf.tidy(() => {
        run(watched, [x]);
      });
      return most;
    };
    expect(peak(predict)).toBeLessThan(peak(forward));
    expect(tf.memory().numTensors).toBe(before);
    predict(network, [x])[0]?.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(x.isDisposed).toBe(false);
  });

  it('tensor counts are the same after every training step', () => {
    const network = networkOf(convNet());
    const x = uniform([4, 6, 6, 1]);
    const variables = network.weights.filter((weight) => !weight.statistic).map((weight) => weight.variable);
    const counts = Array.from({ length: 4 }, (_, step) => {
      tf.tidy(() => {
        const { grads } = tf.variableGrads(
          () =>
            tf.mean<tf.Scalar>(tf.square(present(forward(network, [x], { training: true, rng: createRng(step) })[0]))),
          variables,
        );
        for (const variable of variables) variable.assign(tf.sub(variable, present(grads[variable.name])));
      });
      return tf.memory().numTensors;
    });
    expect(new Set(counts).size).toBe(1);
  });

  it('an output that is an input or another output is a tensor of its own', async () => {
    const network = networkOf(layers.sequential({ layers: [L.dropout({ inputShape: [3], rate: 0.5, name: 'drop' })] }));
    const x = uniform([2, 3]);
    const wanted = await values(x);
    const [slot] = network.inputs;
    const twice = { ...network, outputs: [...network.outputs, ...network.outputs, present(slot)] };
    const outputs = predict(twice, [x]);
    for (const output of outputs) {
      expect(await values(output)).toEqual(wanted);
      output.dispose();
    }
    expect(await values(x)).toEqual(wanted);
  });

  it('may add a tensor to itself, which tfjs’s own predict cannot', async () => {
    const input = layers.input({ shape: [2] });
    const fc = apply(L.dense({ units: 2, name: 'fc' }), input);
    const model = layers.model({ inputs: input, outputs: apply(L.add({ name: 'double' }), [fc, fc]) });
    const network = networkOf(model);
    const x = uniform([1, 2]);
    const once = await values(
      present(predict(subnetwork(network, { outputs: present(nodeAt(network, 'fc')).outputs }), [x])[0]),
    );
    expect(await values(present(predict(network, [x])[0]))).toEqual(once.map((value) => Math.fround(value + value)));
  });

  it('carry masks, as tfjs does', async () => {
    const model = layers.sequential({
      layers: [
        L.embedding({ inputShape: [4], inputDim: 5, outputDim: 3, maskZero: true, name: 'words' }),
        L.lstm({ units: 2, name: 'lstm' }),
        L.dense({ units: 1, name: 'head' }),
      ],
    });
    const [short, long] = [tf.tensor2d([[1, 2, 0, 0]]), tf.tensor2d([[1, 2, 3, 4]])];
    for (const x of [short, long])
      expect(await values(present(predict(networkOf(model), [x])[0]))).toEqual(await predicted(model, x));
    // A masked step changes nothing: the same words without padding give the same answer.
    const unpadded = layers.sequential({
      layers: [
        L.embedding({ inputShape: [2], inputDim: 5, outputDim: 3, name: 'words' }),
        L.lstm({ units: 2, name: 'lstm' }),
        L.dense({ units: 1, name: 'head' }),
      ],
    });
    unpadded.setWeights(model.getWeights());
    const [wanted = 0] = await predicted(unpadded, tf.tensor2d([[1, 2]]));
    expect((await values(present(predict(networkOf(model), [short])[0])))[0]).toBeCloseTo(wanted, 6);
  });

  it.each<[string, number[][]]>([
    ['another shape', [[2, 5, 6, 1]]],
    ['another rank', [[2, 36]]],
    [
      'too many inputs',
      [
        [1, 6, 6, 1],
        [1, 6, 6, 1],
      ],
    ],
    ['none', []],
  ])('refuse %s', async (_, shapes) => {
    const error = await caught(() =>
      forward(
        networkOf(convNet()),
        shapes.map((shape) => tf.zeros(shape)),
      ),
    );
    expect(error.code).toBe('bad-input');
  });
});

describe('logits', () => {
  it.each<[string, layers.layers.Layer[], string]>([
    ['dense softmax', [L.dense({ units: 3, activation: 'softmax', inputShape: [4] })], 'softmax'],
    ['dense sigmoid', [L.dense({ units: 3, activation: 'sigmoid', inputShape: [4], useBias: false })], 'sigmoid'],
    ['a softmax layer', [L.dense({ units: 3, inputShape: [4] }), L.softmax()], 'softmax'],
    [
      'an activation layer',
      [L.dense({ units: 3, inputShape: [4] }), L.activation({ activation: 'softmax' })],
      'softmax',
    ],
  ])('of %s lead to its outputs', async (_, chain, activation) => {
    const network = networkOf(layers.sequential({ layers: chain }));
    expect(hasLogits(network)).toBe(true);
    expect(outputActivation(network)).toBe(activation);
    const x = uniform([2, 4]);
    const logits = present(predict(network, [x], { logits: true })[0]);
    const through = activation === 'softmax' ? tf.softmax(logits) : tf.sigmoid(logits);
    const [found, wanted] = [await values(through), await values(present(predict(network, [x])[0]))];
    for (const [index, value] of wanted.entries()) expect(found[index]).toBeCloseTo(value, 6);
    expect(await values(logits)).not.toEqual(wanted);
  });

  it('are not there for a linear output', () => {
    expect(hasLogits(networkOf(layers.sequential({ layers: [L.dense({ units: 3, inputShape: [4] })] })))).toBe(false);
  });
});
