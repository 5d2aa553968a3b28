import { cpu } from '@graft-ml/backend-cpu';
import { networkOf, useBackend } from '@graft-ml/core';
import { arrayDataset, type Dataset } from '@graft-ml/datasets';
import { evaluate } from '@graft-ml/train';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { recipe } from '../src/index.js';
import { sourceModel, stripes, task } from './toys.js';

beforeAll(async () => {
  await useBackend(cpu());
});

describe('solved heads', () => {
  it.each(['logistic', 'ridge', 'class-mean', 'logistic@flatten@dense1'])(
    '%s fits the labels that it was given, leaks nothing, and gives a model whose outputs are probabilities',
    async (name) => {
      const source = sourceModel();
      const tensors = tf.memory().numTensors;
      const { model, trainableParameters } = await recipe(name).run({ ...task(source), settings: { l2: 1e-4 } });
      const { metrics, outputs } = await evaluate(networkOf(model), stripes('train', 24, 1));
      expect(metrics['accuracy']).toBeGreaterThan(name.startsWith('logistic') ? 0.99 : 0.7);
      expect([...outputs.subarray(0, 3)].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      expect(trainableParameters).toBe(name.includes('@') ? 56 * 3 + 3 : 8 * 3 + 3);
      model.dispose();
      expect(tf.memory().numTensors).toBe(tensors);
    },
  );

  it('ridge regresses values, and logistic regression refuses them', async () => {
    const source = sourceModel();
    const pictures = stripes('train', 24, 1);
    const rows = await pictures.batch(Int32Array.from({ length: 24 }, (_, at) => at));
    const data = Float32Array.from((await rows.inputs[0]?.data()) ?? []);
    const targets = Float32Array.from({ length: 24 }, (_, at) => (data[at * 36] ?? 0) + 2 * (data[at * 36 + 35] ?? 0));
    const train: Dataset = arrayDataset({
      name: 'sums',
      inputs: [{ data, shape: [6, 6, 1] }],
      targets,
      target: { kind: 'values', names: ['sum'] },
    });
    const { model } = await recipe('ridge@flatten').run({ ...task(source), train, settings: { l2: 1e-6 } });
    const { metrics } = await evaluate(networkOf(model), train);
    expect(metrics['meanAbsoluteError']).toBeLessThan(0.01);
    const tensors = tf.memory().numTensors;
    await expect(recipe('logistic').run({ ...task(source), train })).rejects.toThrow(/values as targets/);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('refuses a layer that the source does not have', async () => {
    await expect(recipe('logistic@flaten').run(task(sourceModel()))).rejects.toThrow(/"flatten"/);
  });
});
