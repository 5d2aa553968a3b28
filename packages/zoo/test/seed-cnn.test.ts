import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { cpu } from '@graft-ml/backend-cpu';
import { createRng, GraftError, networkOf, reinitialise, useBackend } from '@graft-ml/core';
import { seedCnn } from '../src/index.js';

beforeAll(async () => {
  await useBackend(cpu());
});

describe('seedCnn', () => {
  it('is the net of the seed document, layer by layer', () => {
    const network = networkOf(seedCnn({ seed: 1 }));
    expect(
      network.nodes.map((node) => [node.path, node.kind, network.slots.get(node.outputs[0] ?? -1)?.shape.slice(1)]),
    ).toEqual([
      ['conv1', 'Conv2D', [26, 26, 32]],
      ['pool1', 'MaxPooling2D', [13, 13, 32]],
      ['conv2', 'Conv2D', [11, 11, 64]],
      ['pool2', 'MaxPooling2D', [5, 5, 64]],
      ['flatten', 'Flatten', [1600]],
      ['dense1', 'Dense', [128]],
      ['head', 'Dense', [10]],
    ]);
    const activations = network.nodes.map((node) => node.layer.getConfig()['activation']);
    expect(activations).toEqual(['relu', undefined, 'relu', undefined, undefined, 'relu', 'softmax']);
    expect(network.weights.reduce((sum, { variable }) => sum + variable.size, 0)).toBe(225_034);
  });

  it('takes its weights from the seed alone, as reinitialise does', async () => {
    const values = async (model: ReturnType<typeof seedCnn>): Promise<Float32Array[]> =>
      Promise.all(networkOf(model).weights.map(async ({ variable }) => Float32Array.from(await variable.data())));
    const first = seedCnn({ seed: 7, inputShape: [10, 10, 1] });
    const again = seedCnn({ seed: 7, inputShape: [10, 10, 1] });
    const other = seedCnn({ seed: 8, inputShape: [10, 10, 1] });
    expect(await values(again)).toEqual(await values(first));
    expect(await values(other)).not.toEqual(await values(first));
    const fresh = reinitialise(networkOf(other), createRng(7), 'fresh');
    expect(await values(fresh)).toEqual(await values(first));
  });

  it('is Glorot-uniform: bounded by √(6/(fan in + fan out)) and spread over that range; biases are zero', async () => {
    const fans: Record<string, number> = { conv1: 9 + 288, conv2: 288 + 576, dense1: 64 + 128, head: 128 + 10 };
    for (const { name, variable } of networkOf(seedCnn({ seed: 3, inputShape: [10, 10, 1] })).weights) {
      const data = Float32Array.from(await variable.data());
      const [layer = '', kind] = name.split('/');
      if (kind === 'bias') {
        expect(Math.max(...data.map(Math.abs)), name).toBe(0);
        continue;
      }
      const limit = Math.sqrt(6 / (fans[layer] ?? 0));
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largest, name).toBeLessThanOrEqual(limit * 1.000001);
      expect(largest, name).toBeGreaterThan(limit * 0.97);
      const sd = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
      expect(Math.abs(sd / (limit / Math.sqrt(3)) - 1), name).toBeLessThan(0.1);
    }
  });

  it('ends in softmax, or in what is asked for', async () => {
    const input = tf.ones([1, 10, 10, 3]);
    const linear = networkOf(seedCnn({ seed: 1, inputShape: [10, 10, 3], units: 4, activation: 'linear' }));
    expect(linear.nodes.at(-1)?.layer.getConfig()['activation']).toBe('linear');
    const model = seedCnn({ seed: 1, inputShape: [10, 10, 3], classes: 3 });
    const output = model.predict(input);
    if (Array.isArray(output)) throw new Error('one output was expected');
    expect(output.shape).toEqual([1, 3]);
    expect((await tf.sum(output).data())[0]).toBeCloseTo(1, 5);
  });

  it.each([[[28, 28]], [[9, 28, 1]], [[28.5, 28, 1]], [[28, 28, 0]]])('refuses inputs of shape %j', (inputShape) => {
    expect(() => seedCnn({ seed: 1, inputShape })).toThrow(GraftError);
  });

  it.each([0, -1, 2.5])('refuses a head of %d classes', (classes) => {
    expect(() => seedCnn({ seed: 1, classes })).toThrow(/outputs/);
  });
});
