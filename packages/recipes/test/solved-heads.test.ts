import { cpu } from '@graft-ml/backend-cpu';
import { networkOf, useBackend } from '@graft-ml/core';
import { arrayDataset, subset, type Dataset } from '@graft-ml/datasets';
import { evaluate } from '@graft-ml/train';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { recipe } from '../src/index.js';
import { sourceModel, stripes, task } from './toys.js';

beforeAll(async () => {
  await useBackend(cpu());
});

describe('solved heads', () => {
  it.each(['logistic', 'logistic-cv', 'ridge', 'class-mean', 'logistic@flatten@dense1'])(
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

  it('logistic-flat keeps every position where logistic takes their means', async () => {
    const source = sourceModel();
    for (const [name, features] of [
      ['logistic@conv1', 3],
      ['logistic-flat@conv1', 4 * 4 * 3],
      ['logistic-flat@conv1@dense1', 4 * 4 * 3 + 8],
    ] as const) {
      const { model, trainableParameters } = await recipe(name).run(task(source));
      expect(trainableParameters, name).toBe(features * 3 + 3);
      model.dispose();
    }
  });

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

  it.each(['logistic', 'ridge', 'class-mean'])('%s says how many of its examples it learnt', async (name) => {
    const { model, result } = await recipe(name).run(task(sourceModel()));
    const { metrics } = await evaluate(networkOf(model), stripes('train', 24, 1));
    const last = result.history.at(-1);
    expect(last?.trainAccuracy).toBe(metrics['accuracy']);
    expect(last?.step).toBe(result.steps);
    expect(last?.trainLoss).toBeGreaterThan(0);
  });

  it('logistic-cv chooses a strength that does no worse on unseen examples than the weakest and the strongest', async () => {
    const source = sourceModel();
    const unseen = stripes('unseen', 200, 9);
    const lossOf = async (name: string, l2?: number): Promise<number> => {
      const { model } = await recipe(name).run({ ...task(source), ...(l2 === undefined ? {} : { settings: { l2 } }) });
      const { loss } = await evaluate(networkOf(model), unseen);
      model.dispose();
      return loss;
    };
    const chosen = await lossOf('logistic-cv');
    expect(chosen).toBeLessThan(Math.max(await lossOf('logistic', 1e-4), await lossOf('logistic', 0.1)));
    // Fixed by the seed.
    expect(await lossOf('logistic-cv')).toBe(chosen);
  });

  it('logistic-cv does without choosing when a class has one example only', async () => {
    const source = sourceModel();
    const data = stripes('train', 24, 1);
    const lone = data.classes?.indexOf(0) ?? 0;
    const few = subset(
      data,
      Int32Array.from([...Array(24).keys()].filter((at) => at === lone || data.classes?.[at] !== 0)),
      'few',
    );
    const [chosen, plain] = await Promise.all(
      ['logistic-cv', 'logistic'].map(async (name) => recipe(name).run({ ...task(source), train: few })),
    );
    const kernel = async (model: typeof source | undefined): Promise<number[]> => [
      ...((await model?.getLayer('head').getWeights()[0]?.data()) ?? []),
    ];
    expect(await kernel(chosen?.model)).toEqual(await kernel(plain?.model));
    expect(await kernel(plain?.model)).toHaveLength(24);
  });

  it.each(['logistic', 'logistic-cv', 'frozen', 'fine-tune'])('%s counts classes by their weights', async (name) => {
    const weighed = { ...task(sourceModel()), classWeights: [0, 0, 1] };
    const { model } = await recipe(name).run({ ...weighed, budget: { steps: 60, batchSize: 8, learningRate: 0.05 } });
    const data = stripes('train', 24, 1);
    const { outputs } = await evaluate(networkOf(model), data);
    // Only one class counts, so that it is always named.
    for (let row = 0; row < 24; row++) expect(outputs[row * 3 + 2]).toBeGreaterThan(0.5);
    model.dispose();
  });

  it('ridge refuses class weights', async () => {
    await expect(recipe('ridge').run({ ...task(sourceModel()), classWeights: [1, 1, 2] })).rejects.toThrow(
      /knows no class weights/,
    );
  });

  it('refuses a layer that the source does not have', async () => {
    await expect(recipe('logistic@flaten').run(task(sourceModel()))).rejects.toThrow(/"flatten"/);
  });
});
