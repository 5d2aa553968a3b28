import { cpu } from '@graft-ml/backend-cpu';
import { memoryStore, useBackend, type TrialRecord } from '@graft-ml/core';
import { describe, expect, it } from 'vitest';
import { compare, recipe, summarise, type CompareEvent, type CompareOptions, type Recipe } from '../src/index.js';
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

describe('several backbones', () => {
  it('compares each recipe with scratch of its own backbone, and keeps runs by the weights', async () => {
    const other = { name: 'other', model: sourceModel({ norm: true }), testAccuracy: 0.5, defaultCut: 'flatten' };
    const store = memoryStore();
    const record = await compare({ ...options(), source: [source, other], store });
    expect(record.source).toEqual({ name: 'stripes, other', testAccuracy: null });
    expect(record.backbones?.map(({ name, testAccuracy }) => [name, testAccuracy])).toEqual([
      ['stripes', null],
      ['other', 0.5],
    ]);
    expect(record.rows.map(({ recipe: name, backbone, seeds }) => [name, backbone, seeds])).toEqual([
      ['scratch', 'stripes', [0, 1]],
      ['logistic', 'stripes', [0, 1]],
      ['scratch', 'other', [0, 1]],
      ['logistic', 'other', [0, 1]],
    ]);
    for (const name of ['stripes', 'other']) {
      const [scratch, logistic] = record.rows.filter((row) => row.backbone === name);
      const means = [logistic, scratch].map((row) => row?.testAccuracy.mean ?? 0);
      expect(logistic?.gain?.mean).toBeCloseTo((means[0] ?? 0) - (means[1] ?? 0), 12);
      expect(logistic?.gain?.bootstrap?.low).toBeGreaterThanOrEqual(logistic?.gain?.low ?? 1);
    }
    // Alone, or under another name, a backbone finds its runs again.
    const started: string[] = [];
    const alone = await compare({
      ...options(),
      source: { ...other, name: 'renamed' },
      store,
      onEvent: (event) => event.type === 'train' && started.push(event.cell.recipe),
    });
    expect(started).toEqual([]);
    expect(alone.rows.map((row) => row.testAccuracy)).toEqual(
      record.rows.filter((row) => row.backbone === 'other').map((row) => row.testAccuracy),
    );
  });

  it('refuses two of one name', async () => {
    await expect(compare({ ...options(), source: [source, source] })).rejects.toThrow(/one name/);
  });
});

describe('a record of what is finished', () => {
  it('runs nothing, says over which seeds each row is, and how many runs are missing', async () => {
    const store = memoryStore();
    await compare({ ...options(), seeds: [0], store });
    await compare({ ...options(), recipes: [recipe('logistic')], seeds: [0, 1], store });
    const begun: string[] = [];
    const partial = await compare({
      ...options(),
      recipes: [recipe('scratch'), recipe('logistic'), recipe('ridge')],
      store,
      finishedOnly: true,
      onEvent: (event) => event.type === 'train' && begun.push(event.cell.recipe),
    });
    expect(begun).toEqual([]);
    expect(partial.rows.map((row) => [row.recipe, row.seeds])).toEqual([
      ['scratch', [0]],
      ['logistic', [0, 1]],
    ]);
    expect(partial.missingRuns).toBe(3);
    await expect(compare({ ...options(), finishedOnly: true })).rejects.toThrow(/store/);
  });

  it('leaves out what is not tuned yet', async () => {
    const store = memoryStore();
    const tune = { learningRates: [0.01, 0.05] };
    await compare({ ...options(), recipes: [recipe('logistic')], tune, store });
    const partial = await compare({ ...options(), tune, store, finishedOnly: true });
    expect(partial.rows.map((row) => [row.recipe, row.seeds])).toEqual([['logistic', [0, 1]]]);
    expect(partial.missingRuns).toBe(2);
  });
});

describe('watching', () => {
  const budget = (): { epochs: number; batchSize: number; learningRate: number } => ({
    epochs: 6,
    batchSize: 5,
    learningRate: 0.02,
  });

  it('counts epochs to an accuracy on examples beside the labelled ones, and changes no result', async () => {
    const plan = { ...options(), recipes: [recipe('scratch')], budget };
    const plain = await compare(plan);
    const asked = new Set<number>();
    const { train } = plan.target;
    const watching = {
      ...train,
      batch: (indices: ArrayLike<number>) => (Array.from(indices, (at) => asked.add(at)), train.batch(indices)),
    };
    const watched = await compare({
      ...plan,
      seeds: [0],
      target: { ...plan.target, train: watching },
      watch: { accuracy: 0.2, examples: 20 },
    });
    expect(asked.size).toBe(15 + 20);
    expect(watched.targetAccuracy).toBe(0.2);
    expect(watched.runs[0]?.testAccuracy).toBe(plain.runs[0]?.testAccuracy);
    const curve = watched.runs[0]?.curve ?? [];
    const first = curve.find((point) => (point.validationAccuracy ?? 0) >= 0.2)?.epoch;
    expect(first).toBeDefined();
    expect(watched.rows[0]?.epochsToTarget).toEqual({ mean: first, reached: 1, of: 1 });
    const never = summarise(watched.runs, 30, 1.01)[0]?.epochsToTarget;
    expect(never).toEqual({ mean: Number.NaN, reached: 0, of: 1 });
    expect(plain.rows[0]?.epochsToTarget).toBeUndefined();
  });

  it('does without where too few examples are left', async () => {
    const plan = { ...options(), recipes: [recipe('scratch')], labels: [50], watch: { accuracy: 0.5, examples: 11 } };
    expect((await compare(plan)).rows[0]?.epochsToTarget).toBeUndefined();
    await expect(compare({ ...plan, watch: { accuracy: 1.5 } })).rejects.toMatchObject({ code: 'bad-input' });
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
