import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { networkOf, useBackend, type Network, type Progress } from '@graft-ml/core';
import { cpu } from '@graft-ml/backend-cpu';
import { accuracy, topK } from '@graft-ml/metrics';
import { crossEntropy, evaluate } from '../src/index.js';
import { clusters, toyDataset, toyNetwork } from './toys.js';

beforeAll(async () => {
  await useBackend(cpu());
});

const classes = { kind: 'classes' as const, labels: ['a', 'b', 'c'] };

/** A network whose logits are its inputs. */
function identity(activation: 'softmax' | 'linear' | 'separate'): Network {
  const dense = layers.layers.dense({
    units: 3,
    inputShape: [3],
    useBias: false,
    kernelInitializer: layers.initializers.identity({}),
    activation: activation === 'softmax' ? 'softmax' : 'linear',
  });
  return networkOf(
    layers.sequential({ layers: activation === 'separate' ? [dense, layers.layers.softmax()] : [dense] }),
  );
}

describe('evaluate', () => {
  const inputs = [
    [2, 0, 0],
    [0, 3, 1],
    [1, 0, 0],
    [0, 0, 5],
    [100, 0, -100],
  ];
  const targets = [0, 1, 1, 2, 2];
  const data = toyDataset({ inputs, shape: [3], targets, target: classes });
  /** By hand, in float64. */
  const losses = inputs.map(
    (row, index) => Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0)) - (row[targets[index] ?? 0] ?? 0),
  );
  const mean = losses.reduce((sum, value) => sum + value, 0) / 5;

  it.each(['softmax', 'linear', 'separate'] as const)(
    'gives loss, metrics and probabilities of a %s output, however it is batched',
    async (activation) => {
      const network = identity(activation);
      for (const batchSize of [1, 2, 5, 256]) {
        const before = tf.memory().numTensors;
        const { loss, metrics, outputs, outputSize } = await evaluate(network, data, {
          batchSize,
          metrics: [accuracy(), topK(2)],
        });
        expect(loss).toBeCloseTo(mean, 4);
        expect(metrics).toEqual({ accuracy: 0.6, top2Accuracy: 0.8 });
        expect(outputSize).toBe(3);
        expect(outputs).toHaveLength(15);
        expect(outputs[0]).toBeCloseTo(Math.exp(2) / (Math.exp(2) + 2), 6);
        expect(tf.memory().numTensors).toBe(before);
      }
    },
  );

  it('joins class-weighted batches into the weighted mean over all examples', async () => {
    const classWeights = [1, 2, 0.5];
    const weights = targets.map((target) => classWeights[target] ?? 0);
    const expected =
      losses.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0) /
      weights.reduce((sum, value) => sum + value, 0);
    const { loss } = await evaluate(identity('softmax'), data, { batchSize: 2, loss: crossEntropy({ classWeights }) });
    expect(loss).toBeCloseTo(expected, 4);
  });

  it('hands over each batch in the dataset’s order, and reports progress to the end', async () => {
    const seen: number[] = [];
    const progress: Progress[] = [];
    await evaluate(identity('softmax'), data, {
      batchSize: 2,
      onBatch: (batch) => seen.push(...batch.indices),
      onProgress: (each) => progress.push(each),
    });
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect(progress.at(-1)).toMatchObject({ task: 'evaluating', done: 5, total: 5, unit: 'examples' });
  });

  it('refuses empty data and foreign labels, and stops when asked to', async () => {
    const empty = toyDataset({ inputs: [], shape: [3], targets: [], target: classes });
    await expect(evaluate(identity('softmax'), empty)).rejects.toMatchObject({ code: 'bad-input' });
    const foreign = toyDataset({ inputs, shape: [3], targets: [0, 1, 2, -1, 0], target: classes, blind: true });
    await expect(evaluate(identity('softmax'), foreign)).rejects.toThrow(/Example 3 of "toy" has label -1/);
    await expect(evaluate(toyNetwork(), clusters(9, 1), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
