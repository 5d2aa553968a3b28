import { wasm } from '@graft-ml/backend-wasm';
import { loadBundle, memoryStore, networkOf, predict, saveBundle, useBackend } from '@graft-ml/core';
import { stratifiedSubset } from '@graft-ml/datasets';
import { sketches } from '@graft-ml/datasets/sketches';
import { createRng } from '@graft-ml/core';
import { adam, evaluate, fit } from '@graft-ml/train';
import { seedCnn } from '@graft-ml/zoo';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compare, recipe } from '../src/index.js';

/** The main job in a page, with the lines of code that Node runs: train a source, transfer it, compare, save, load. */
it('trains a source, transfers it and saves the result in a browser on WASM', async () => {
  const backend = await useBackend(wasm());
  const { source, target } = sketches();
  const model = seedCnn({ seed: 1 });
  await fit({
    network: networkOf(model),
    data: source.train,
    steps: 20,
    batchSize: 32,
    optimizer: adam({ learningRate: 1e-3 }),
    seed: 1,
  }).result();
  const test = stratifiedSubset(target.test, 200, createRng(1));
  const record = await compare({
    source: { name: 'sketches-source', model, testAccuracy: null, defaultCut: 'flatten' },
    target: { name: 'sketches-target', train: target.train, test },
    recipes: [recipe('scratch'), recipe('frozen'), recipe('fine-tune')],
    labels: [100],
    seeds: [0],
    budget: () => ({ steps: 20, batchSize: 32, learningRate: 1e-3 }),
    backend,
    graftVersion: '0.0.0',
  });
  expect(record.environment.runtime).toMatch(/Chrom/);
  for (const row of record.rows) expect(row.testAccuracy.mean).toBeGreaterThan(0.12);

  const outcome = await recipe('fine-tune').run({
    source: model,
    train: stratifiedSubset(target.train, 100, createRng(0)),
    seed: 0,
    budget: { steps: 20, batchSize: 32, learningRate: 1e-3 },
  });
  const store = memoryStore();
  await saveBundle(store, outcome.model, { target: target.test.target });
  const loaded = await loadBundle(store);
  const again = await evaluate(networkOf(loaded.model), test);
  const before = await evaluate(networkOf(outcome.model), test);
  expect([...again.outputs]).toEqual([...before.outputs]);
  const batch = await test.batch([0]);
  expect(predict(networkOf(loaded.model), batch.inputs)[0]?.shape).toEqual([1, 10]);
  expect(tf.getBackend()).toBe('wasm');
});
