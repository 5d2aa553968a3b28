import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { cpu } from '@graft-ml/backend-cpu';
import { wasm } from '@graft-ml/backend-wasm';
import { networkOf, useBackend } from '@graft-ml/core';
import { mixed } from '@graft-ml/datasets/augment';
import { arrayDataset } from '@graft-ml/datasets';
import { beforeAll, describe, expect, it } from 'vitest';
import { crossEntropy, fit } from '../src/index.js';
import { computeLoss } from '../src/losses/compute-loss.js';

interface Fixture {
  readonly logits: number[][];
  readonly shares: number[][];
  readonly cases: readonly {
    readonly labelSmoothing: number;
    readonly classWeights: readonly number[] | null;
    readonly value: number;
    readonly gradient: readonly number[];
  }[];
}
const fixture: Fixture = JSON.parse(readFileSync(new URL('fixtures/pytorch-shares.json', import.meta.url), 'utf8'));

describe.each([
  ['cpu', () => useBackend(cpu())],
  ['wasm', () => useBackend(wasm())],
] as const)('shares of classes as targets, on %s', (_, start) => {
  beforeAll(start);

  it.each(fixture.cases)(
    'cross-entropy is PyTorch’s: smoothing $labelSmoothing, weights $classWeights',
    async (each) => {
      const { labelSmoothing, classWeights, value, gradient } = each;
      const loss = crossEntropy({ labelSmoothing, ...(classWeights === null ? {} : { classWeights }) });
      const shares = tf.tensor2d(fixture.shares);
      const logits = tf.tensor2d(fixture.logits);
      const graded = tf.valueAndGrad((x: tf.Tensor) => tf.reshape(computeLoss(loss, x, shares, 'logits'), []));
      const found = graded(logits);
      expect((await found.value.data())[0]).toBeCloseTo(value, 5);
      const slopes = await found.grad.data();
      for (const [at, slope] of gradient.entries()) expect(slopes[at]).toBeCloseTo(slope, 5);
      tf.dispose([shares, logits, found.value, found.grad]);
    },
  );

  it('fit learns from mixed examples, whose accuracy it does not count', async () => {
    const data = arrayDataset({
      name: 'two',
      inputs: [
        { data: Float32Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? 1 : -1) + (at % 7) / 20), shape: [1] },
      ],
      targets: Int32Array.from({ length: 40 }, (_, at) => at % 2),
      target: { kind: 'classes', labels: ['up', 'down'] },
    });
    const model = layers.sequential({
      layers: [layers.layers.dense({ units: 2, inputShape: [1], activation: 'softmax' })],
    });
    const losses: number[] = [];
    const training = fit({
      network: networkOf(model),
      data: mixed(data, { kind: 'mixup', seed: 1 }),
      steps: 60,
      batchSize: 8,
      seed: 1,
    });
    const before = tf.memory().numTensors;
    for await (const event of training) {
      if (event.type !== 'step') continue;
      losses.push(event.loss);
      expect(event.accuracy).toBeUndefined();
    }
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before);
    const mean = (list: readonly number[]): number => list.reduce((sum, each) => sum + each, 0) / list.length;
    expect(mean(losses.slice(-10))).toBeLessThan(mean(losses.slice(0, 10)));
    model.dispose();
  });

  it('refuses shares of another number of classes', async () => {
    const data = arrayDataset({
      name: 'three',
      inputs: [{ data: new Float32Array(6), shape: [1] }],
      targets: Int32Array.of(0, 1, 2, 0, 1, 2),
      target: { kind: 'classes', labels: ['a', 'b', 'c'] },
    });
    const model = layers.sequential({
      layers: [layers.layers.dense({ units: 2, inputShape: [1], activation: 'softmax' })],
    });
    const training = fit({
      network: networkOf(model),
      data: mixed(data, { kind: 'mixup', seed: 1 }),
      steps: 1,
      batchSize: 2,
      seed: 1,
    });
    await expect(training.result()).rejects.toThrow(/shares of 3 classes/);
    model.dispose();
  });
});
