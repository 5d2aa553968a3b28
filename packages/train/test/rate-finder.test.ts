import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { networkOf, useBackend } from '@graft-ml/core';
import { cpu } from '@graft-ml/backend-cpu';
import { sgd } from '../src/index.js';
import { findLearningRate } from '../src/rate-finder/index.js';
import { clusters, toyDataset, toyNetwork, weightsOf } from './toys.js';

beforeAll(async () => {
  await useBackend(cpu());
});

describe('the learning-rate range test', () => {
  const options = () => ({ network: toyNetwork(), data: clusters(60, 1), batchSize: 20, seed: 1 });

  it('rises from the lowest to the highest rate, smooths by hand, and puts the weights back byte for byte', async () => {
    const search = options();
    const before = await weightsOf(search.network);
    const tensors = tf.memory().numTensors;
    const { points, suggested } = await findLearningRate({ ...search, from: 1e-4, to: 1, steps: 41 });
    expect(await weightsOf(search.network)).toEqual(before);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(points[0]?.rate).toBeCloseTo(1e-4, 12);
    expect(points[10]?.rate).toBeCloseTo(1e-3, 10);
    const [a = 0, b = 0] = points.map((point) => point.loss);
    expect(points[1]?.smoothed).toBeCloseTo((0.9 * 0.1 * a + 0.1 * b) / (1 - 0.81), 10);
    // A rate at which Adam learns these clusters.
    expect(suggested).toBeGreaterThan(1e-4);
    expect(suggested).toBeLessThan(0.2);
  });

  it('stops where the loss blows up', async () => {
    const model = layers.sequential({
      layers: [layers.layers.dense({ units: 1, inputShape: [2], kernelInitializer: 'ones' })],
    });
    const data = toyDataset({
      inputs: [
        [1, 2],
        [3, 1],
        [2, 2],
      ],
      shape: [2],
      targets: [[1], [2], [3]],
      target: { kind: 'values', names: ['y'] },
    });
    // Squared error with plain gradient descent: above 2 over the largest curvature it grows without end.
    const search = { network: networkOf(model), data, batchSize: 3, seed: 1, optimizer: sgd() };
    const { points, steepest } = await findLearningRate({ ...search, from: 1e-4, to: 100, steps: 100 });
    expect(points.length).toBeLessThan(100);
    expect(points.at(-1)?.rate).toBeGreaterThan(0.1);
    expect(steepest).toBeLessThan(0.2);
  });

  it('refuses a frozen network, and rates that do not rise', async () => {
    const search = options();
    const frozen = new Set(search.network.weights.map(({ name }) => name));
    await expect(findLearningRate({ ...search, frozen })).rejects.toThrow(/None of the network.*trainable/);
    await expect(findLearningRate({ ...search, from: 1, to: 1 })).rejects.toThrow(/highest rate, against the lowest/);
    await expect(findLearningRate({ ...search, from: 0 })).rejects.toThrow(/lowest rate is 0/);
    await expect(findLearningRate({ ...search, steps: 1 })).rejects.toMatchObject({ code: 'bad-input' });
  });
});
