import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { wasm } from '@graft-ml/backend-wasm';
import { networkOf, predict, useBackend } from '@graft-ml/core';
import { mobilenetV1 } from '../src/index.js';
import { fillByFormula, formula } from './formula-weights.js';

beforeAll(async () => {
  await useBackend(wasm());
});

describe('mobilenetV1', () => {
  // Keras's own figures: 4,253,864 in its documentation, 475,544 in the published weights of width 0.25.
  it.each([
    [1, 4_253_864],
    [0.25, 475_544],
  ])('of width %d has %d parameters', (alpha, parameters) => {
    expect(mobilenetV1({ seed: 1, alpha }).countParams()).toBe(parameters);
  });

  it('gives what PyTorch gives for the same weights', async () => {
    const golden: { inputShape: number[]; alpha: number; classes: number; features: number[]; logits: number[] } =
      JSON.parse(await readFile(new URL('fixtures/mobilenet-v1.json', import.meta.url), 'utf8'));
    const { alpha, classes, inputShape } = golden;
    const model = mobilenetV1({ seed: 1, alpha, classes, inputShape });
    const network = networkOf(model);
    fillByFormula(network);
    const x = tf.tensor(
      formula(
        'input',
        inputShape.reduce((a, b) => a * b, 1),
      ),
      [1, ...inputShape],
    );
    const pooled = network.nodes.find(({ path }) => path === 'global_average_pooling2d_1')?.outputs ?? [];
    const outputs = predict({ ...network, outputs: [...pooled, ...network.outputs] }, [x], { logits: true });
    const [features = [], logits = []] = await Promise.all(outputs.map(async (each) => Array.from(await each.data())));
    expectNear(features, golden.features);
    expectNear(logits, golden.logits);
  });

  it('takes its weights from the seed alone', async () => {
    const kernel = async (seed: number): Promise<number[]> => {
      const [first] = mobilenetV1({ seed, alpha: 0.25, inputShape: [32, 32, 3], classes: 2 }).getWeights();
      return Array.from((await first?.data()) ?? []);
    };
    expect(await kernel(3)).toEqual(await kernel(3));
    expect(await kernel(3)).not.toEqual(await kernel(4));
  });

  it.each([0, -1, Number.NaN, 0.01])('refuses an alpha of %d', (alpha) => {
    expect(() => mobilenetV1({ seed: 1, alpha })).toThrow(/alpha/);
  });

  it.each([[[31, 224, 3]], [[224, 224]], [[224.5, 224, 3]]])('refuses inputs of shape %j', (inputShape) => {
    expect(() => mobilenetV1({ seed: 1, inputShape })).toThrow(/MobileNet v1 was asked for inputs/);
  });
});

function expectNear(found: readonly number[], wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  const scale = Math.max(...wanted.map(Math.abs));
  const worst = found.reduce((most, value, at) => Math.max(most, Math.abs(value - (wanted[at] ?? 0))), 0);
  expect(worst / scale).toBeLessThan(1e-4);
}
