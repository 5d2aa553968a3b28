import { cpu } from '@graft-ml/backend-cpu';
import { memoryStore, useBackend, type TrialRecord } from '@graft-ml/core';
import { describe, expect, it } from 'vitest';
import { compare, recipe, type CompareEvent, type CompareOptions, type Recipe } from '../src/index.js';
import { tuned } from '../src/compare/tune.js';
import { sourceModel, stripes } from './toys.js';

const backend = await useBackend(cpu());

const source = { name: 'stripes', model: sourceModel(), testAccuracy: null, defaultCut: 'flatten' };
const options = (): CompareOptions => ({
  source,
  target: { name: 'stripes', train: stripes('train', 60, 1), test: stripes('test', 30, 2) },
  recipes: [recipe('scratch'), recipe('logistic')],
  labels: [15],
  seeds: [0, 1],
  budget: () => ({ steps: 3, batchSize: 8, learningRate: 0.01 }),
  backend,
  graftVersion: '0.0.0',
});

/** Times are measured anew each time, and memory depends on what else lives. */
const withoutTimes = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, each: unknown) =>
      ['trainSeconds', 'environment', 'peakBytes'].includes(key) ? undefined : each,
    ),
  );

describe('a comparison that was interrupted', () => {
  it('goes on after the runs that were kept, and comes to the same record', async () => {
    const whole = await compare({ ...options(), tune: { learningRates: [0.01, 0.05] } });
    const store = memoryStore();
    const abort = new AbortController();
    const settings = { ...options(), tune: { learningRates: [0.01, 0.05] }, store };
    const interrupted = compare({
      ...settings,
      signal: abort.signal,
      onEvent: (event) => {
        if (event.type === 'run-end' && event.index === 1) abort.abort();
      },
    });
    await expect(interrupted).rejects.toMatchObject({ code: 'cancelled' });
    const trained: string[] = [];
    const onEvent = (event: CompareEvent): void => {
      if (event.type === 'train' && event.event.type === 'start')
        trained.push(`${event.cell.recipe} ${event.cell.seed}`);
    };
    const resumed = await compare({ ...settings, onEvent });
    expect(withoutTimes(resumed)).toEqual(withoutTimes(whole));
    expect(trained).toEqual(['scratch 1']);
    const third: string[] = [];
    await compare({ ...settings, onEvent: (event) => event.type === 'train' && third.push(event.cell.recipe) });
    expect(third).toEqual([]);
  });

  it('runs again what was damaged, and what was another run', async () => {
    const store = memoryStore();
    const names: string[] = [];
    const listening = {
      ...store,
      write: (name: string, bytes: Uint8Array) => (names.push(name), store.write(name, bytes)),
    };
    const first = await compare({ ...options(), store: listening });
    expect(names).toHaveLength(4);
    await store.write(names[0] ?? '', new TextEncoder().encode('{"key": "half of'));
    await store.write(names[1] ?? '', new TextEncoder().encode('{"key": "x", "result": {}}'));
    names.length = 0;
    expect(withoutTimes(await compare({ ...options(), store: listening }))).toEqual(withoutTimes(first));
    expect(names).toHaveLength(2);
    names.length = 0;
    const longer = { ...options(), budget: () => ({ steps: 4, batchSize: 8, learningRate: 0.01 }), store: listening };
    await compare(longer);
    expect(names).toHaveLength(4);
  });
});

describe('tuning', () => {
  it('never looks at the test data, uses what won on all labels, and records what was tried', async () => {
    const settings = options();
    const asked: number[] = [];
    const { test } = settings.target;
    const watched = {
      ...test,
      batch: (indices: ArrayLike<number>) => (asked.push(indices.length), test.batch(indices)),
    };
    const trialsBefore: number[] = [];
    const record = await compare({
      ...settings,
      target: { ...settings.target, test: watched },
      tune: { learningRates: [0.01, 1e-6] },
      onEvent: (event) => event.type === 'trial' && trialsBefore.push(asked.length),
    });
    // One look for each of the four runs (and one at its worst mistakes), none before the first trials are over.
    expect(trialsBefore.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(asked.filter((count) => count === 30)).toHaveLength(4);
    expect(record.trials?.filter((trial) => trial.recipe === 'scratch')).toHaveLength(4);
    // Logistic regression has no rate, and three strengths.
    expect(record.trials?.filter((trial) => trial.recipe === 'logistic')).toHaveLength(6);
    expect(record.rows.map((row) => Object.keys(row.settings ?? {}))).toEqual([['learningRate'], ['l2']]);
    const mean = (rate: number): number =>
      (record.trials ?? [])
        .filter((trial) => trial.recipe === 'scratch' && trial.settings['learningRate'] === rate)
        .reduce((sum, trial) => sum + trial.validationAccuracy / 2, 0);
    const better = mean(1e-6) > mean(0.01) ? 1e-6 : 0.01;
    if (mean(1e-6) !== mean(0.01)) expect(record.rows[0]?.settings).toEqual({ learningRate: better });
  });

  it('chooses the rate first and then each number, by accuracy and then by loss', async () => {
    const toy: Recipe = {
      name: 'toy',
      summary: '',
      settings: { a: [1, 2], b: [1, 2, 3] },
      run: () => Promise.reject(new Error('never run')),
    };
    const tried: string[] = [];
    const best = await tuned(toy, [0.1, 0.2], (settings) => {
      const { learningRate = 0, a = 0, b = 0 } = settings;
      tried.push(`${learningRate} ${a} ${b}`);
      // Accuracy is best at rate 0.2; a makes no difference to it but 2 has the lower loss; b = 1 is best.
      const trial: TrialRecord = {
        recipe: 'toy',
        labels: 1,
        seed: 0,
        settings,
        validationAccuracy: learningRate - 0.01 * b,
        validationLoss: 1 - 0.1 * a,
        trainSeconds: 0,
      };
      return Promise.resolve([trial]);
    });
    expect(best).toEqual({ learningRate: 0.2, a: 2, b: 1 });
    expect(tried).toEqual(['0.1 1 1', '0.2 1 1', '0.2 2 1', '0.2 2 2', '0.2 2 3']);
  });

  it('refuses rates and fractions that make no sense', async () => {
    await expect(compare({ ...options(), tune: { learningRates: [] } })).rejects.toMatchObject({ code: 'bad-input' });
    await expect(compare({ ...options(), tune: { learningRates: [0.1], fraction: 1 } })).rejects.toThrow(/fraction 1/);
  });
});
