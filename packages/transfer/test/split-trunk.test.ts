import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { cpu } from '@graft-ml/backend-cpu';
import { buildModel, hasLogits, networkOf, predict, useBackend, type Network } from '@graft-ml/core';
import { freeze, splitTrunk, unfreeze, type Selector } from '../src/index.js';
import {
  apply,
  branchedModel,
  expectClose,
  nestedModel,
  numbers,
  present,
  reference,
  sequentialModel,
  sharedModel,
  stir,
} from './models.js';

const L = layers.layers;

beforeAll(async () => {
  await useBackend(cpu());
});

const pathsOf = (network: Network | undefined): string[] => (network?.nodes ?? []).map((node) => node.path);

/** Check that trunk, then tail, is the whole model, and give the paths of both. */
async function parted(
  model: layers.LayersModel,
  selector: Selector,
  x: tf.Tensor[],
): Promise<{ trunk: string[]; tail: string[]; border: number }> {
  stir(model);
  const network = networkOf(model);
  const { trunk, tail } = splitTrunk(network, freeze(network, selector).frozen);
  const features = trunk === undefined ? x : predict(trunk, x);
  expectClose(await numbers(predict(tail, features)), await reference(model, x));
  if (trunk !== undefined) {
    expect(tail.inputs).toEqual(trunk.outputs);
    expectClose(await numbers(predict(networkOf(buildModel(trunk, 'trunk')), x)), await numbers(features));
  }
  return { trunk: pathsOf(trunk), tail: pathsOf(tail), border: tail.inputs.length };
}

describe('splitTrunk on a Sequential', () => {
  const x = (): tf.Tensor[] => [tf.randomUniform([2, 8, 8, 2], -1, 1, 'float32', 1)];

  it('takes frozen layers and the weightless ones after them, but leaves noise at the border to the tail', async () => {
    expect(await parted(sequentialModel(), { depth: 2 }, x())).toEqual({
      trunk: ['conv1', 'bn1', 'relu1', 'pool1'],
      tail: ['drop1', 'conv2', 'flatten', 'drop2', 'head'],
      border: 1,
    });
  });

  it('takes noise between frozen layers along', async () => {
    expect(await parted(sequentialModel(), /conv|bn/, x())).toEqual({
      trunk: ['conv1', 'bn1', 'relu1', 'pool1', 'drop1', 'conv2', 'flatten'],
      tail: ['drop2', 'head'],
      border: 1,
    });
  });

  it('stops at a BatchNorm that is not frozen, or only half', async () => {
    expect((await parted(sequentialModel(), 'conv*', x())).trunk).toEqual(['conv1']);
    const network = networkOf(sequentialModel());
    const { frozen } = freeze(network, 'all');
    const half = new Set([...frozen].filter((name) => name !== 'bn1/moving_mean' && name !== 'bn1/moving_variance'));
    expect(pathsOf(splitTrunk(network, half).trunk)).toEqual(['conv1']);
  });

  it('has no trunk when nothing is frozen at the front', async () => {
    const network = networkOf(sequentialModel());
    expect(splitTrunk(network, new Set())).toEqual({ trunk: undefined, tail: network });
    expect((await parted(sequentialModel(), 'conv2', x())).trunk).toEqual([]);
    const flattened = layers.sequential({
      layers: [L.flatten({ inputShape: [2, 2] }), L.dense({ units: 1, name: 'head' })],
    });
    expect(splitTrunk(networkOf(flattened), new Set()).trunk).toBeUndefined();
  });

  it('keeps the output layer in the tail, with its logits, when everything is frozen', async () => {
    const model = sequentialModel();
    expect((await parted(model, 'all', x())).tail).toEqual(['drop2', 'head']);
    const network = networkOf(model);
    expect(hasLogits(splitTrunk(network, freeze(network, 'all').frozen).tail)).toBe(true);
  });

  it('changes with the plan at once', () => {
    const network = networkOf(sequentialModel());
    const plan = freeze(network, /conv|bn/);
    expect(splitTrunk(network, plan.frozen).trunk?.nodes).toHaveLength(7);
    expect(splitTrunk(network, unfreeze(network, 'conv2', plan).frozen).trunk?.nodes).toHaveLength(4);
  });
});

describe('splitTrunk on graphs', () => {
  const x = (): tf.Tensor[] => [tf.randomUniform([3, 6], -1, 1, 'float32', 2)];

  it('has a border of several tensors where skips cross it, the network’s input among them', async () => {
    expect(await parted(branchedModel(), { paths: ['stem', 'left'] }, x())).toEqual({
      trunk: ['stem', 'left'],
      tail: ['right', 'sum', 'joined', 'mixed', 'head'],
      border: 3,
    });
  });

  it('has a border of one where branches have joined', async () => {
    expect(await parted(branchedModel(), /stem|left|right/, x())).toEqual({
      trunk: ['stem', 'left', 'right', 'sum', 'joined'],
      tail: ['mixed', 'head'],
      border: 1,
    });
  });

  it('leaves the caller’s input alive when it passes through', async () => {
    const network = networkOf(branchedModel());
    const { trunk } = splitTrunk(network, freeze(network, 'stem').frozen);
    const input = present(x()[0]);
    const before = tf.memory().numTensors;
    for (const feature of predict(present(trunk), [input])) feature.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect((await input.data()).length).toBe(18);
  });

  it('opens nested models', async () => {
    const input = [tf.randomUniform([3, 5], -1, 1, 'float32', 3)];
    expect(await parted(nestedModel(), 'backbone', input)).toEqual({
      trunk: ['backbone/entry', 'backbone/inner/fc', 'backbone/inner/bn'],
      tail: ['head'],
      border: 1,
    });
    expect((await parted(nestedModel(), /entry|fc/, input)).trunk).toEqual(['backbone/entry', 'backbone/inner/fc']);
  });

  it('takes both calls of a shared layer', async () => {
    const inputs = [1, 2].map((seed) => tf.randomUniform([3, 4], -1, 1, 'float32', seed));
    expect(await parted(sharedModel(), 'encode', inputs)).toEqual({
      trunk: ['encode', 'encode#2', 'joined'],
      tail: ['score'],
      border: 1,
    });
  });

  it('passes a second input through that only the tail reads', async () => {
    const inputs = [layers.input({ shape: [4], name: 'a' }), layers.input({ shape: [2], name: 'b' })];
    const encoded = apply(L.dense({ units: 3, name: 'encode' }), present(inputs[0]));
    const joined = apply(L.concatenate({ name: 'joined' }), [encoded, present(inputs[1])]);
    const model = layers.model({
      inputs,
      outputs: apply(L.dense({ units: 1, name: 'score' }), apply(L.dense({ units: 2, name: 'mix' }), joined)),
    });
    const values = [tf.ones([2, 4]), tf.ones([2, 2])];
    expect(await parted(model, 'encode', values)).toEqual({
      trunk: ['encode', 'joined'],
      tail: ['mix', 'score'],
      border: 1,
    });
  });

  it('a dropout that a frozen and a trained layer read is in the trunk', async () => {
    const input = layers.input({ shape: [4] });
    const dropped = apply(L.dropout({ rate: 0.5, name: 'drop' }), input);
    const frozen = apply(L.dense({ units: 3, name: 'frozen' }), dropped);
    const trained = apply(L.dense({ units: 3, name: 'trained' }), dropped);
    const model = layers.model({ inputs: input, outputs: apply(L.add({ name: 'sum' }), [frozen, trained]) });
    expect(await parted(model, 'frozen', [tf.ones([2, 4])])).toEqual({
      trunk: ['drop', 'frozen'],
      tail: ['trained', 'sum'],
      border: 2,
    });
  });

  it('leaves what follows edge noise to the tail as well', async () => {
    const model = layers.sequential({
      layers: [
        L.dense({ inputShape: [4], units: 4, name: 'frozen' }),
        L.gaussianNoise({ stddev: 1, name: 'noise' }),
        L.activation({ activation: 'relu', name: 'relu' }),
        L.dense({ units: 2, name: 'head' }),
      ],
    });
    expect(await parted(model, 'frozen', [tf.ones([2, 4])])).toEqual({
      trunk: ['frozen'],
      tail: ['noise', 'relu', 'head'],
      border: 1,
    });
  });
});
