import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { createRng, forward, isNoise, networkOf, reinitialise, useBackend, type Network } from '../src/index.js';
import { caught, present, testBackend, values } from './helpers.js';

const L = layers.layers;

beforeAll(async () => {
  await useBackend(testBackend());
});

const noisy = (layer: layers.layers.Layer): Network => networkOf(layers.sequential({ layers: [layer] }));
const trained = async (network: Network, x: tf.Tensor, seed: number): Promise<number[]> =>
  values(present(tf.tidy(() => forward(network, [x], { training: true, rng: createRng(seed) }))[0]));

describe.each<[string, () => layers.layers.Layer]>([
  ['Dropout', () => L.dropout({ rate: 0.4, inputShape: [50, 8], name: 'noise' })],
  ['SpatialDropout1D', () => L.spatialDropout1d({ rate: 0.4, inputShape: [50, 8], name: 'noise' })],
  ['GaussianNoise', () => L.gaussianNoise({ stddev: 0.5, inputShape: [50, 8], name: 'noise' })],
  ['GaussianDropout', () => L.gaussianDropout({ rate: 0.4, inputShape: [50, 8], name: 'noise' })],
  ['AlphaDropout', () => L.alphaDropout({ rate: 0.4, inputShape: [50, 8], name: 'noise' })],
])('%s', (_, make) => {
  const x = (): tf.Tensor => tf.ones([4, 50, 8]);

  it('is the same for one seed, another for another, and nothing at inference', async () => {
    const network = noisy(make());
    expect(network.nodes.map(isNoise)).toEqual([true]);
    const first = await trained(network, x(), 1);
    expect(await trained(network, x(), 1)).toEqual(first);
    expect(await trained(network, x(), 2)).not.toEqual(first);
    expect(new Set(await values(present(forward(network, [x()])[0])))).toEqual(new Set([1]));
  });

  it('refuses to train without a seed', async () => {
    const network = noisy(make());
    const error = await caught(() => forward(network, [x()], { training: true }));
    expect(error.message).toContain('"noise"');
    expect(error.remedy).toContain('rng');
  });
});

describe('noise', () => {
  it('dropout drops the rate and scales the rest, so that the mean stays', async () => {
    const output = await trained(noisy(L.dropout({ rate: 0.25, inputShape: [4000] })), tf.ones([2, 4000]), 3);
    const kept = output.filter((value) => value !== 0);
    expect(Math.abs(kept.length / output.length - 0.75)).toBeLessThan(0.03);
    for (const value of kept) expect(value).toBeCloseTo(1 / 0.75, 5);
  });

  it('spatial dropout drops whole channels', async () => {
    const output = await trained(noisy(L.spatialDropout1d({ rate: 0.5, inputShape: [6, 10] })), tf.ones([2, 6, 10]), 3);
    for (let at = 0; at < 10; at++)
      expect(new Set([0, 1, 2, 3, 4, 5].map((time) => output[time * 10 + at])).size).toBe(1);
    expect(new Set(output).size).toBe(2);
  });

  it('alpha dropout keeps mean and variance of a standard normal', async () => {
    const x = tf.randomNormal([4, 5000], 0, 1, 'float32', 7);
    const output = await trained(noisy(L.alphaDropout({ rate: 0.3, inputShape: [5000] })), x, 3);
    const mean = output.reduce((sum, value) => sum + value, 0) / output.length;
    const variance = output.reduce((sum, value) => sum + (value - mean) ** 2, 0) / output.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(Math.abs(variance - 1)).toBeLessThan(0.08);
  });

  it('follows a noise shape', async () => {
    const output = await trained(
      noisy(L.dropout({ rate: 0.5, noiseShape: [1, 30], inputShape: [30] })),
      tf.ones([3, 30]),
      3,
    );
    expect(output.slice(0, 30)).toEqual(output.slice(30, 60));
    expect(new Set(output).size).toBe(2);
  });

  it('two layers draw different noise in one step', async () => {
    const network = networkOf(
      layers.sequential({
        layers: [L.dropout({ rate: 0.5, inputShape: [64], name: 'a' }), L.dropout({ rate: 0.5, name: 'b' })],
      }),
    );
    const output = await trained(network, tf.ones([1, 64]), 1);
    // Equal masks would keep one half, different ones keep about a quarter.
    expect(output.filter((value) => value !== 0).length).toBeLessThan(26);
  });
});

describe('reinitialise', () => {
  const model = (): layers.LayersModel =>
    layers.sequential({
      layers: [
        L.dense({ inputShape: [6], units: 6, kernelInitializer: 'glorotUniform', name: 'first' }),
        L.batchNormalization({ name: 'bn' }),
        L.dense({ units: 6, kernelInitializer: 'orthogonal', name: 'second' }),
        L.dense({ units: 3, kernelInitializer: 'heNormal', name: 'head' }),
      ],
    });
  const weights = async (network: Network): Promise<Record<string, number[]>> =>
    Object.fromEntries(
      await Promise.all(network.weights.map(async ({ name, variable }) => [name, await values(variable)] as const)),
    );

  it('is a function of the seed, and does not touch the given network', async () => {
    const network = networkOf(model());
    const before = await weights(network);
    const [a, b, c] = [1, 1, 2].map((seed) => networkOf(reinitialise(network, createRng(seed), 'fresh')));
    expect(await weights(present(a))).toEqual(await weights(present(b)));
    expect((await weights(present(a)))['head/kernel']).not.toEqual((await weights(present(c)))['head/kernel']);
    expect(await weights(network)).toEqual(before);
  });

  it('follows each layer’s own initialiser', async () => {
    const fresh = await weights(networkOf(reinitialise(networkOf(model()), createRng(4), 'fresh')));
    expect(new Set(fresh['first/bias'])).toEqual(new Set([0]));
    expect(new Set(fresh['bn/moving_variance'])).toEqual(new Set([1]));
    const kernel = tf.tensor2d(present(fresh['second/kernel']), [6, 6]);
    const product = await values(tf.matMul(kernel, kernel, true));
    for (const [index, value] of product.entries()) expect(value).toBeCloseTo(index % 7 === 0 ? 1 : 0, 4);
    const limit = Math.sqrt(6 / 12);
    for (const value of present(fresh['first/kernel'])) expect(Math.abs(value)).toBeLessThanOrEqual(limit);
  });

  it('seeds what wrappers and recurrent layers hold', async () => {
    const recurrent = networkOf(
      layers.sequential({
        layers: [
          L.bidirectional({
            inputShape: [4, 3],
            layer: L.gru({ units: 2, returnSequences: true }),
            mergeMode: 'concat',
            name: 'both',
          }),
          L.timeDistributed({ layer: L.dense({ units: 2 }), name: 'each' }),
          L.rnn({ cell: [L.lstmCell({ units: 2 }), L.gruCell({ units: 3 })], name: 'stack' }),
        ],
      }),
    );
    const [a, b, c] = await Promise.all(
      [1, 1, 2].map((seed) => weights(networkOf(reinitialise(recurrent, createRng(seed), 'fresh')))),
    );
    expect(a).toEqual(b);
    for (const [name, found] of Object.entries(present(a))) {
      if (!name.includes('bias')) expect(found, name).not.toEqual(present(c)[name]);
    }
  });

  it('gives equal layers different weights', async () => {
    const twins = networkOf(
      layers.sequential({ layers: ['a', 'b'].map((name) => L.dense({ inputShape: [4], units: 4, name })) }),
    );
    const fresh = await weights(networkOf(reinitialise(twins, createRng(1), 'fresh')));
    expect(fresh['a/kernel']).not.toEqual(fresh['b/kernel']);
  });

  it('keeps the nodes that it is not asked for', async () => {
    const network = networkOf(model());
    const before = await weights(network);
    const fresh = await weights(
      networkOf(reinitialise(network, createRng(1), 'fresh', (node) => node.path === 'head')),
    );
    expect(fresh['first/kernel']).toEqual(before['first/kernel']);
    expect(fresh['head/kernel']).not.toEqual(before['head/kernel']);
  });

  it('leaves no tensors beside the new model’s own', () => {
    const network = networkOf(model());
    const before = tf.memory().numTensors;
    reinitialise(network, createRng(1), 'fresh');
    expect(tf.memory().numTensors - before).toBe(network.weights.length);
  });
});
