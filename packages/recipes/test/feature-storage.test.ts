import { cpu } from '@graft-ml/backend-cpu';
import { memoryStore, useBackend, type Store } from '@graft-ml/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compare, recipe, type FeatureStorage } from '../src/index.js';
import { sourceModel, stripes, task, weightsOf } from './toys.js';

let backend: Awaited<ReturnType<typeof useBackend>>;
beforeAll(async () => {
  backend = await useBackend(cpu());
});

/** A store that tells what was written to it. */
function watched(): { store: Store; written: string[] } {
  const written: string[] = [];
  const inner = memoryStore();
  const write: Store['write'] = async (name, bytes) => {
    written.push(name);
    await inner.write(name, bytes);
  };
  return { store: { ...inner, write }, written };
}

describe.each(['frozen', 'linear-probe', 'logistic'])('features of %s that are too many for memory', (name) => {
  it('go through the store, and the model is the same to the last bit', async () => {
    const source = sourceModel();
    const validation = stripes('validation', 12, 5);
    const { store, written } = watched();
    const inMemory = await recipe(name).run({ ...task(source), validation });
    const streamed = await recipe(name).run({ ...task(source), validation, features: { store, memoryLimit: 100 } });
    expect(await weightsOf(streamed.model)).toEqual(await weightsOf(inMemory.model));
    expect(written.length).toBeGreaterThan(0);
    for (const { model } of [inMemory, streamed]) model.dispose();
    source.dispose();
  });

  it('are refused without a store', async () => {
    const source = sourceModel();
    const features: FeatureStorage = { memoryLimit: 100 };
    await expect(recipe(name).run({ ...task(source), features })).rejects.toThrow(/no store was given/);
    source.dispose();
  });

  it('leave nothing in the store when they fit and are not to be kept', async () => {
    const source = sourceModel();
    const { store, written } = watched();
    const { model } = await recipe(name).run({ ...task(source), features: { store, keepSmall: false } });
    expect(written).toEqual([]);
    model.dispose();
    source.dispose();
  });
});

it('a comparison hands its storage to every cell', async () => {
  const source = sourceModel();
  const { store, written } = watched();
  await compare({
    source: { name: 'toy', model: source, testAccuracy: null },
    target: { name: 'stripes', train: stripes('train', 24, 1), test: stripes('test', 12, 2) },
    recipes: [recipe('frozen')],
    labels: [12, 24],
    seeds: [0],
    budget: () => ({ steps: 2, batchSize: 8, learningRate: 0.01 }),
    features: { store, memoryLimit: 0 },
    backend,
    graftVersion: '0.0.0',
  });
  expect(new Set(written.map((path) => path.split('/')[0])).size).toBeGreaterThanOrEqual(1);
  expect(written.length).toBeGreaterThanOrEqual(4);
  source.dispose();
});
