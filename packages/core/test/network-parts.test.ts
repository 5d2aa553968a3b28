import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { buildModel, networkOf, nodeAt, predict, subnetwork, useBackend } from '../src/index.js';
import { caught, present, testBackend, values } from './helpers.js';
import { convNet, twiceNested, uniform } from './network-models.js';

const L = layers.layers;

beforeAll(async () => {
  await useBackend(testBackend());
});

describe('subnetwork', () => {
  it('parts a network in two that make the whole', async () => {
    const network = networkOf(convNet());
    const border = present(nodeAt(network, 'pool')).outputs;
    const [front, back] = [subnetwork(network, { outputs: border }), subnetwork(network, { inputs: border })];
    expect(front.weights.map((weight) => weight.name)).not.toContain('head/kernel');
    expect(back.weights.map((weight) => weight.name)).toEqual(['head/kernel', 'head/bias']);
    const x = uniform([2, 6, 6, 1]);
    expect(await values(present(predict(back, predict(front, [x]))[0]))).toEqual(
      await values(present(predict(network, [x])[0])),
    );
  });

  it('refuses outputs that the inputs do not lead to', async () => {
    const network = networkOf(convNet());
    const late = present(nodeAt(network, 'flatten')).outputs;
    expect(
      (await caught(() => subnetwork(network, { inputs: late, outputs: present(nodeAt(network, 'conv')).outputs })))
        .code,
    ).toBe('bad-input');
  });
});

describe('buildModel', () => {
  it('shares weights until either is changed', async () => {
    const model = convNet();
    const network = networkOf(model);
    const buffers = tf.memory().numDataBuffers;
    const copy = networkOf(buildModel(network, 'copy'));
    expect(tf.memory().numDataBuffers).toBe(buffers);
    const kernel = present(copy.weights[0]);
    const before = await values(present(network.weights[0]).variable);
    expect(await values(kernel.variable)).toEqual(before);
    const fresh = tf.zeros(kernel.variable.shape);
    kernel.variable.assign(fresh);
    fresh.dispose();
    expect(await values(present(network.weights[0]).variable)).toEqual(before);
    expect(new Set(await values(kernel.variable))).toEqual(new Set([0]));
  });

  it('builds parts, with several inputs and outputs', async () => {
    const network = networkOf(twiceNested());
    const part = subnetwork(network, {
      outputs: ['encoder/bn', 'encoder/bn#2'].flatMap((path) => present(nodeAt(network, path)).outputs),
    });
    const model = buildModel(part, 'part');
    expect(model.inputs).toHaveLength(2);
    const x = [uniform([2, 3], 1), uniform([2, 3], 2)];
    const outputs = predict(part, x);
    const built = predict(networkOf(model), x);
    for (const [index, output] of outputs.entries())
      expect(await values(present(built[index]))).toEqual(await values(output));
  });

  it('keeps the weights’ names when only a later call of a shared layer is built', () => {
    const network = networkOf(twiceNested());
    const later = subnetwork(network, { outputs: present(nodeAt(network, 'encoder/fc#2')).outputs });
    const model = buildModel({ ...later, inputs: later.inputs.slice(1) }, 'later');
    expect(networkOf(model).weights.map((weight) => weight.name)).toEqual(['encoder/fc/kernel', 'encoder/fc/bias']);
  });

  it('refuses a layer whose class cannot be made anew', async () => {
    class Odd extends L.Layer {
      override getClassName(): string {
        return 'Odd';
      }
    }
    Object.defineProperty(Odd, 'fromConfig', { value: undefined });
    const network = networkOf(layers.sequential({ layers: [new Odd({ inputShape: [2], name: 'odd' })] }));
    const error = await caught(() => buildModel(network, 'copy'));
    expect(error.message).toContain('"odd" (Odd)');
  });
});
