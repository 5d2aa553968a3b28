import { cpu } from '@graft-ml/backend-cpu';
import { useBackend, type ActiveBackend } from '@graft-ml/core';
import type { TrainEvent } from '@graft-ml/train';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { compare, recipe, recipes, type CompareEvent } from '../src/index.js';
import { sourceModel, stripes, task, weightsOf } from './toys.js';

let backend: ActiveBackend;
beforeAll(async () => {
  backend = await useBackend(cpu());
});

/** The recipe that trains BatchNorm needs a source that has one. */
const sourceFor = (name: string): layers.LayersModel => sourceModel({ norm: name === 'norm-only' });
/** Recipes that solve for their head instead of stepping towards it. */
const SOLVED: readonly string[] = ['logistic', 'logistic-cv', 'logistic-flat', 'ridge', 'class-mean', 'knn'];
/** Adapters change kernels alone; the seed’s recipe leaves the dense layer away. */
const STILL: readonly string[] = ['lora', 'ia3', 'residual', 'seed-layer2'];
const stepping = recipes().filter(({ name }) => !SOLVED.includes(name));
/** How many phases each recipe trains in. */
const PHASES: Readonly<Record<string, number>> = {
  'lp-ft': 2,
  'wise-ft': 2,
  'delta-attention': 2,
  gradual: 3,
  soup: 4,
  'greedy-soup': 4,
};
/** Recipes that give a part of the budget's steps to something else. */
const STEPS: Readonly<Record<string, number>> = {
  'self-distil': 3,
  distil: 3,
  hint: 2,
  soup: 4,
  'greedy-soup': 4,
};

describe('recipes', () => {
  it.each(recipes().map((each) => each.name))(
    '%s leaves the source as it was, and is the same twice, byte for byte',
    async (name) => {
      const source = sourceFor(name);
      const before = await weightsOf(source);
      const first = await recipe(name).run(task(source));
      const second = await recipe(name).run(task(source));
      expect(await weightsOf(first.model)).toEqual(await weightsOf(second.model));
      expect(await weightsOf(source)).toEqual(before);
      if (!SOLVED.includes(name)) {
        const steps = STEPS[name] ?? 6;
        expect(first.result.steps).toBe(steps);
        expect(first.result.history.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6].slice(0, steps));
      }
      const after = await weightsOf(first.model);
      for (const frozen of first.frozen) expect(after.get(frozen), frozen).toEqual(before.get(frozen));
      for (const each of [first.model, second.model, source]) each.dispose();
    },
  );

  it('freezes what each says it freezes, all else trains: the frozen weights of every recipe, by hand', async () => {
    const [conv, dense] = [
      ['conv1/bias', 'conv1/kernel'],
      ['dense1/bias', 'dense1/kernel'],
    ];
    const all = [...conv, ...dense];
    const wanted: Readonly<Record<string, readonly string[]>> = {
      frozen: conv,
      'linear-probe': all,
      'mlp-head': all,
      cosine: all,
      surgical: dense,
      'bias-only': ['conv1/kernel', 'dense1/kernel'],
      'norm-only': all,
      logistic: all,
      'logistic-cv': all,
      'logistic-flat': all,
      ridge: all,
      'class-mean': all,
      knn: all,
      residual: dense,
    };
    for (const { name } of recipes()) {
      const source = sourceFor(name);
      const before = await weightsOf(source);
      const { model, frozen } = await recipe(name).run(task(source));
      expect([...frozen].sort(), name).toEqual(wanted[name] ?? []);
      const after = await weightsOf(model);
      for (const weight of all) {
        // Without a layer of the same shape there is nothing to compare with.
        if (after.get(weight)?.length !== before.get(weight)?.length || STILL.includes(name)) continue;
        const moved = JSON.stringify(after.get(weight)) !== JSON.stringify(before.get(weight));
        expect(moved, `${name} ${weight}`).toBe(!frozen.has(weight));
      }
      for (const each of [model, source]) each.dispose();
    }
  }, 120_000);

  it.each(stepping.map((each) => each.name))('%s holds the same number of tensors at every step', async (name) => {
    const source = sourceFor(name);
    const counts: number[] = [];
    const onEvent = ({ type }: TrainEvent): void => {
      if (type === 'step') counts.push(tf.memory().numTensors);
    };
    const { model } = await recipe(name).run({ ...task(source), onEvent });
    expect(counts).toHaveLength(STEPS[name] ?? 6);
    expect(new Set(counts).size).toBeLessThanOrEqual(PHASES[name] ?? 1);
    for (const each of [model, source]) each.dispose();
  });

  it('frozen keeps the bytes below the cut and trains what is above', async () => {
    const source = sourceModel();
    const before = await weightsOf(source);
    const { model, frozen, trainableParameters } = await recipe('frozen').run(task(source));
    const after = await weightsOf(model);
    expect([...frozen].sort()).toEqual(['conv1/bias', 'conv1/kernel']);
    expect(after.get('conv1/kernel')).toEqual(before.get('conv1/kernel'));
    expect(after.get('dense1/kernel')).not.toEqual(before.get('dense1/kernel'));
    expect(trainableParameters).toBe(48 * 8 + 8 + 8 * 3 + 3);
  });

  it('frozen@dense1 cuts deeper, and fine-tune starts from the source’s weights', async () => {
    const source = sourceModel();
    const deep = await recipe('frozen@dense1').run(task(source));
    expect(deep.trainableParameters).toBe(8 * 3 + 3);
    const still = { ...task(source), budget: { steps: 1, batchSize: 8, learningRate: 1e-9 } };
    const tuned = await weightsOf((await recipe('fine-tune').run(still)).model);
    const scratch = await weightsOf((await recipe('scratch').run(still)).model);
    const before = await weightsOf(source);
    const far = (map: Map<string, readonly number[]>): number =>
      Math.max(
        ...(map.get('dense1/kernel') ?? []).map((value, at) =>
          Math.abs(value - (before.get('dense1/kernel')?.[at] ?? 9)),
        ),
      );
    expect(far(tuned)).toBeLessThan(1e-6);
    expect(far(scratch)).toBeGreaterThan(1e-2);
  });

  it('keeps all of a source that has no output layer of its own', async () => {
    const whole = sourceModel();
    const features = layers.model({ inputs: whole.inputs, outputs: whole.getLayer('conv1').output, name: 'features' });
    for (const name of ['frozen', 'linear-probe', 'fine-tune', 'logistic']) {
      const { model, frozen } = await recipe(name).run({ ...task(features), defaultCut: 'conv1' });
      expect(model.layers.map((layer) => layer.name)).toEqual(['input', 'conv1', 'bridge', 'head']);
      expect(frozen.has('conv1/kernel')).toBe(name !== 'fine-tune');
    }
  });

  it('solves for a head on a backbone without weights', async () => {
    const pooled = layers.sequential({
      layers: [
        layers.layers.averagePooling2d({ poolSize: 2, inputShape: [6, 6, 1], name: 'pool' }),
        layers.layers.flatten({ name: 'flatten' }),
        layers.layers.dense({ units: 4, activation: 'softmax', name: 'head' }),
      ],
    });
    for (const name of ['logistic', 'ridge', 'class-mean', 'knn', 'linear-probe']) {
      const { model } = await recipe(name).run({ ...task(pooled), defaultCut: 'flatten' });
      expect(model.outputs[0]?.shape, name).toEqual([null, 3]);
    }
    const mapped = layers.sequential({
      layers: [layers.layers.averagePooling2d({ poolSize: 2, inputShape: [6, 6, 1] })],
    });
    const { model } = await recipe('logistic').run({ ...task(mapped) });
    expect(model.getLayer('head').getWeights()[0]?.shape).toEqual([1, 3]);
  });

  it('refuses an unknown recipe and suggests a near name', () => {
    expect(() => recipe('fine-tuen')).toThrow(/"fine-tune"/);
  });
});

describe('compare', () => {
  it('pairs recipes on the same labels, records every run, and leaks no tensor', async () => {
    const source = sourceModel();
    const train = stripes('train', 60, 1);
    const test = stripes('test', 30, 2);
    const events: CompareEvent['type'][] = [];
    const tensorsBefore = tf.memory().numTensors;
    const record = await compare({
      source: { name: 'stripes', model: source, testAccuracy: 0.5, defaultCut: 'flatten' },
      target: { name: 'stripes', train, test },
      recipes: [recipe('scratch'), recipe('frozen')],
      labels: [12, 'all'],
      seeds: [0, 1],
      budget: () => ({ steps: 4, batchSize: 16, learningRate: 0.01 }),
      backend,
      graftVersion: '0.0.0',
      onEvent: (event) => events.push(event.type),
    });
    expect(tf.memory().numTensors).toBe(tensorsBefore);
    expect(record.rows.map((row) => [row.recipe, row.labels, row.testAccuracy.values.length])).toEqual([
      ['scratch', 12, 2],
      ['frozen', 12, 2],
      ['scratch', 60, 2],
      ['frozen', 60, 2],
    ]);
    for (const run of record.runs) {
      const total = run.confusion.flat().reduce((sum, count) => sum + count, 0);
      const right = run.confusion.reduce((sum, row, at) => sum + (row[at] ?? 0), 0);
      expect(total).toBe(30);
      expect(right / total).toBeCloseTo(run.testAccuracy, 6);
      expect(run.mistakes.length).toBe(Math.min(12, total - right));
    }
    expect(events.filter((type) => type === 'run-end').length).toBe(8);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });

  it('refuses impossible label counts and stops when it is cancelled', async () => {
    const options = {
      source: { name: 's', model: sourceModel(), testAccuracy: null },
      target: { name: 't', train: stripes('train', 20, 1), test: stripes('test', 10, 2) },
      recipes: [recipe('scratch')],
      seeds: [0],
      backend,
      graftVersion: '0.0.0',
    };
    await expect(compare({ ...options, labels: [21] })).rejects.toMatchObject({ code: 'bad-input' });
    const controller = new AbortController();
    controller.abort();
    await expect(compare({ ...options, labels: [10], signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
