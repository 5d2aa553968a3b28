import { cpu } from '@graft-ml/backend-cpu';
import { createRng, loadBundle, memoryStore, networkOf, saveBundle, useBackend } from '@graft-ml/core';
import { arrayDataset, type Dataset } from '@graft-ml/datasets';
import { evaluate } from '@graft-ml/train';
import { beforeAll, describe, expect, it } from 'vitest';
import { calibrated, recipe } from '../src/index.js';
import { sourceModel, task } from './toys.js';

const LABELS = ['upper half', 'odd row', 'at the edge'];

/** Pictures of 6×6 with a bright row, and three labels of that row that do not exclude each other. */
function manyLabels(size: number, seed: number): Dataset {
  const rng = createRng(seed).fork('many labels');
  const data = new Uint8Array(size * 36);
  const targets = new Float32Array(size * LABELS.length);
  for (let index = 0; index < size; index++) {
    const row = rng.int(6);
    targets.set([row < 3 ? 1 : 0, row % 2, row % 5 === 0 ? 1 : 0], index * LABELS.length);
    for (let pixel = 0; pixel < 36; pixel++) {
      data[index * 36 + pixel] = (Math.floor(pixel / 6) === row ? 180 : 0) + rng.int(70);
    }
  }
  return arrayDataset({
    name: `many labels ${seed}`,
    inputs: [{ data, shape: [6, 6, 1] }],
    targets,
    target: { kind: 'multi-label', labels: LABELS },
  });
}

beforeAll(async () => {
  await useBackend(cpu());
});

describe('multi-label targets', () => {
  it.each(['frozen@conv1', 'logistic-flat@conv1', 'fine-tune', 'lp-ft', 'scratch'])(
    '%s tells labels that do not exclude each other, on pictures that it has not seen',
    async (name) => {
      const [train, test] = [manyLabels(192, 1), manyLabels(60, 2)];
      const budget = { steps: 250, batchSize: 24, learningRate: 0.01 };
      const { model } = await recipe(name).run({ ...task(sourceModel()), train, budget });
      const { metrics, outputs, outputSize } = await evaluate(networkOf(model), test);
      // Each label is there in half or a third of the pictures.
      expect(metrics['binaryAccuracy']).toBeGreaterThan(0.9);
      expect(outputSize).toBe(3);
      const sums = Array.from({ length: 60 }, (_, at) => outputs.slice(at * 3, at * 3 + 3).reduce((a, b) => a + b));
      // Sigmoids, not a softmax: a picture may have two labels, or none.
      expect(Math.max(...sums)).toBeGreaterThan(1.5);
      expect(Math.min(...sums)).toBeLessThan(0.5);
      const store = memoryStore();
      await saveBundle(store, model, { target: train.target });
      const loaded = await loadBundle(store);
      expect(loaded.manifest?.target).toEqual({ kind: 'multi-label', labels: LABELS });
      expect((await evaluate(networkOf(loaded.model), test)).outputs).toEqual(outputs);
    },
  );

  it('have the strength of their logistic regression chosen by the loss of each label', async () => {
    const unseen = manyLabels(300, 4);
    const lossOf = async (name: string, l2?: number): Promise<number> => {
      const settings = l2 === undefined ? {} : { settings: { l2 } };
      const { model } = await recipe(name).run({ ...task(sourceModel()), train: manyLabels(40, 1), ...settings });
      return (await evaluate(networkOf(model), unseen)).loss;
    };
    const fixed = await Promise.all([1e-4, 1e-3, 1e-2, 1e-1].map((l2) => lossOf('logistic', l2)));
    expect(Math.max(...fixed)).toBeGreaterThan(1.2 * Math.min(...fixed));
    expect(await lossOf('logistic-cv')).toBeLessThan(1.05 * Math.min(...fixed));
  });

  it('are calibrated by one temperature, which leaves what is predicted', async () => {
    const [train, held] = [manyLabels(48, 1), manyLabels(60, 3)];
    const { model } = await recipe('frozen@conv1').run({ ...task(sourceModel()), train });
    const before = await evaluate(networkOf(model), held);
    const { model: scaled, calibration } = await calibrated(model, held);
    const after = await evaluate(networkOf(scaled), held);
    expect(after.loss).toBeLessThanOrEqual(before.loss + 1e-6);
    expect(after.metrics['binaryAccuracy']).toBe(before.metrics['binaryAccuracy']);
    expect(calibration.temperature).toBeGreaterThan(0);
  });

  it.each(['cosine', 'knn', 'class-mean', 'distil'])('%s needs classes, and says so', async (name) => {
    const train = manyLabels(24, 1);
    await expect(recipe(name).run({ ...task(sourceModel()), train })).rejects.toMatchObject({ code: 'bad-input' });
  });
});
