import { cpu } from '@graft-ml/backend-cpu';
import { memoryStore, networkOf, useBackend } from '@graft-ml/core';
import { evaluate, type TrainEvent } from '@graft-ml/train';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { distil, recipe, type RecipeTask } from '../src/index.js';
import { sourceModel, stripes, task, weightsOf } from './toys.js';

const RATE = 0.01;
const steps = (count: number): Pick<RecipeTask, 'budget'> => ({
  budget: { steps: count, batchSize: 24, learningRate: RATE },
});

/** How far each weight's numbers went from the source's, the largest and the smallest of those that moved. */
async function moves(name: string, change: Partial<RecipeTask>): Promise<Map<string, { most: number; least: number }>> {
  const source = sourceModel({ norm: name === 'norm-only' });
  const before = await weightsOf(source);
  const { model } = await recipe(name).run({ ...task(source), ...change });
  const found = new Map<string, { most: number; least: number }>();
  for (const [weight, values] of await weightsOf(model)) {
    const start = before.get(weight);
    if (start === undefined || weight.startsWith('head')) continue;
    const sizes = values.map((value, at) => Math.abs(value - (start[at] ?? 0))).filter((size) => size > 0);
    found.set(weight, { most: Math.max(0, ...sizes), least: Math.min(Infinity, ...sizes) });
  }
  for (const each of [model, source]) each.dispose();
  return found;
}

beforeAll(async () => {
  await useBackend(cpu());
});

/*
 * Adam's first step moves every weight that has a gradient by the learning rate, whatever the gradient's size: the
 * expected moves below follow from that by hand.
 */
describe('schedules of freedom, by what one step of Adam moves', () => {
  it('layer-decay: each layer by decay times the one above it', async () => {
    const moved = await moves('layer-decay', { ...steps(1), settings: { decay: 0.5 } });
    expect(moved.get('dense1/kernel')?.most).toBeCloseTo(RATE * 0.5, 6);
    expect(moved.get('conv1/kernel')?.most).toBeCloseTo(RATE * 0.25, 6);
    expect(moved.get('conv1/kernel')?.least).toBeCloseTo(RATE * 0.25, 5);
  });

  it('lp-ft: nothing but the head in the first half, everything in the second', async () => {
    expect((await moves('lp-ft', { ...steps(2), settings: { probe: 0.5 } })).get('conv1/kernel')?.most).toBeCloseTo(
      RATE,
      6,
    );
    const later = await moves('lp-ft', { ...steps(8), settings: { probe: 0.875 } });
    for (const [name, { most }] of later) expect(most, name).toBeCloseTo(RATE, 6);
  });

  it('gradual: the lowest layer last, at the rates of ULMFiT’s paper', async () => {
    const moved = await moves('gradual', steps(3));
    // One step a phase, each at the foot of its triangle.
    expect(moved.get('conv1/kernel')?.most).toBeCloseTo(RATE / 32 / 2.6 ** 2, 7);
    expect(moved.get('dense1/kernel')?.most).toBeGreaterThan(RATE / 32 / 2.6 - 1e-7);
    await expect(moves('gradual', steps(2))).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/3 phases, and the budget is 2 steps/),
    });
  });

  it('surgical: one stage, the first or the one named', async () => {
    const first = await moves('surgical', steps(1));
    expect(first.get('conv1/kernel')?.most).toBeCloseTo(RATE, 6);
    expect(first.get('dense1/kernel')?.most).toBe(0);
    const named = await moves('surgical@dense*', steps(1));
    expect(named.get('conv1/kernel')?.most).toBe(0);
    expect(named.get('dense1/bias')?.most).toBeCloseTo(RATE, 6);
    await expect(moves('surgical@densse1', steps(1))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('bias-only: biases and no kernel; norm-only: BatchNorm and nothing else', async () => {
    const biases = await moves('bias-only', steps(1));
    for (const [name, { most }] of biases) expect(most, name).toBeCloseTo(name.endsWith('/bias') ? RATE : 0, 6);
    const norms = await moves('norm-only', steps(1));
    expect(norms.get('norm/gamma')?.most).toBeCloseTo(RATE, 6);
    expect(norms.get('norm/moving_mean')?.most).toBeGreaterThan(0);
    for (const name of ['conv1/kernel', 'conv1/bias', 'dense1/kernel']) expect(norms.get(name)?.most, name).toBe(0);
    const plain = sourceModel();
    await expect(recipe('norm-only').run(task(plain))).rejects.toThrow(/trains BatchNorm layers.*has none/);
  });

  it('l2-sp: held at the source by a strong pull', async () => {
    const loose = await moves('fine-tune', steps(60));
    const held = await moves('l2-sp', { ...steps(60), settings: { strength: 100 } });
    const [far, near] = [loose.get('dense1/kernel')?.most ?? 0, held.get('dense1/kernel')?.most ?? 1];
    expect(near).toBeLessThan(far / 5);
  });
});

describe('what holds on to the source', () => {
  it('wise-ft: ends at the share alpha of the way that fine-tuning went', async () => {
    const half = await moves('wise-ft', { ...steps(2), settings: { alpha: 0.5 } });
    expect(half.get('conv1/kernel')?.most).toBeCloseTo(RATE / 2, 6);
    const none = await moves('wise-ft', { ...steps(8), settings: { alpha: 0 } });
    for (const [name, { most }] of none) expect(most, name).toBe(0);
    await expect(moves('wise-ft', { ...steps(2), settings: { alpha: 2 } })).rejects.toThrow(/alpha.*is 2/);
  });

  it('delta: held at the source’s features by a strong pull', async () => {
    const loose = await moves('fine-tune', steps(60));
    const held = await moves('delta', { ...steps(60), settings: { strength: 1000 } });
    const [far, near] = [loose.get('dense1/kernel')?.most ?? 0, held.get('dense1/kernel')?.most ?? 1];
    expect(near).toBeLessThan(far / 2);
  });
});

describe('distillation', () => {
  it('teaches a smaller student of the target’s classes, and gives it its share of the budget', async () => {
    const source = sourceModel();
    const small = distil({ name: 'small', teacher: recipe('fine-tune'), student: ({ seed }) => smallStudent(3, seed) });
    const tensors = tf.memory().numTensors;
    const { model, result, totalParameters } = await small.run({ ...task(source), ...steps(10) });
    expect(result.steps).toBe(5);
    expect(totalParameters).toBe(36 * 3 + 3);
    model.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('learns nothing but the teacher when mixing is 1', async () => {
    const source = sourceModel();
    const teacher = (await recipe('fine-tune').run({ ...task(source), ...steps(40) })).model;
    const train = stripes('train', 24, 1);
    // Labels that say nothing: what the student learns it has from the teacher.
    const blind = {
      ...train,
      classes: new Int32Array(24),
      batch: async (indices: ArrayLike<number>) => {
        const batch = await train.batch(indices);
        batch.targets.dispose();
        return { ...batch, targets: tf.zeros([indices.length], 'int32') };
      },
    };
    const taught = distil({ name: 'taught', teacher, student: ({ seed }) => smallStudent(3, seed) });
    const settings = { mixing: 1, temperature: 2 };
    const { model } = await taught.run({ ...task(source), ...steps(300), train: blind, settings });
    const [its, own] = [await evaluate(networkOf(teacher), train), await evaluate(networkOf(model), train)];
    expect(its.metrics['accuracy']).toBeGreaterThan(0.9);
    expect(own.metrics['accuracy']).toBeGreaterThan(0.8);
  });

  it('refuses a student of other classes, and temperatures of 0', async () => {
    const source = sourceModel();
    const other = distil({ name: 'other', teacher: recipe('fine-tune'), student: ({ seed }) => smallStudent(4, seed) });
    await expect(other.run(task(source))).rejects.toThrow(/teacher has 3 classes, and the student 4/);
    const cold = recipe('self-distil').run({ ...task(source), settings: { temperature: 0 } });
    await expect(cold).rejects.toThrow(/temperature of distillation is 0/);
  });
});

function smallStudent(classes: number, seed: number): layers.LayersModel {
  const kernelInitializer = layers.initializers.glorotUniform({ seed });
  return layers.sequential({
    layers: [
      layers.layers.flatten({ inputShape: [6, 6, 1] }),
      layers.layers.dense({ units: classes, activation: 'softmax', kernelInitializer }),
    ],
  });
}

describe('modifiers', () => {
  it('change the learning rate of every phase, and the weights that training ends with', async () => {
    const rates = async (name: string): Promise<number[]> => {
      const seen: number[] = [];
      const source = sourceModel();
      const onEvent = (event: TrainEvent): void => {
        if (event.type === 'step') seen.push(event.learningRate);
      };
      (await recipe(name).run({ ...task(source), ...steps(10), onEvent })).model.dispose();
      return seen.map((rate) => rate / RATE);
    };
    const cycle = await rates('fine-tune+one-cycle');
    expect(cycle[0]).toBeCloseTo(3 / 25, 10);
    expect(cycle[3]).toBeCloseTo(3, 10);
    const phases = await rates('lp-ft+restarts');
    expect(phases[0]).toBe(1);
    expect(phases[5]).toBe(1);
    expect(phases[4]).toBeLessThan(1);
  });

  it('can be put on one another, and refuse what does not exist', async () => {
    const both = recipe('fine-tune+cosine+ema');
    expect(both.name).toBe('fine-tune+cosine+ema');
    const source = sourceModel();
    const tensors = tf.memory().numTensors;
    (await both.run(task(source))).model.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(() => recipe('fine-tune+emma')).toThrow(/"\+emma".*"ema"/);
  });
});

describe('a training in phases', () => {
  it('resumes from the phase that was interrupted, bit for bit, and counts its steps through', async () => {
    const source = sourceModel();
    const run = { ...task(source), ...steps(10) };
    const seen: number[] = [];
    const whole = await recipe('lp-ft').run({
      ...run,
      onEvent: (event) => event.type === 'step' && seen.push(event.step),
    });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const store = memoryStore();
    const abort = new AbortController();
    const interrupted = recipe('lp-ft').run({
      ...run,
      checkpoint: { store },
      signal: abort.signal,
      onEvent: (event) => {
        if (event.type === 'step' && event.step === 8) abort.abort();
      },
    });
    await expect(interrupted).rejects.toMatchObject({ code: 'cancelled' });
    const resumed = await recipe('lp-ft').run({ ...run, checkpoint: { store }, resume: true });
    expect(await weightsOf(resumed.model)).toEqual(await weightsOf(whole.model));
    expect(resumed.result.history).toEqual(whole.result.history);
    expect(resumed.trainableParameters).toBe(
      networkOf(whole.model).weights.reduce((sum, { variable }) => sum + variable.size, 0),
    );
  });
});
