import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { memoryStore, networkOf, useBackend, type Backend, type Network } from '@graft-ml/core';
import { cpu } from '@graft-ml/backend-cpu';
import { wasm } from '@graft-ml/backend-wasm';
import { ema, swa } from '../src/averaging/index.js';
import { adam, evaluate, fit, scheduleFactor, sgd, type FitOptions, type Follower, type Term } from '../src/index.js';
import { channelAttention, distillation, featureDistance, l2Sp } from '../src/regularisers/index.js';
import { cosineRestarts, oneCycle, slantedTriangle } from '../src/schedules/index.js';
import { clusters, toyDataset, toyNetwork, weightsOf } from './toys.js';

const weights = z.record(z.string(), z.array(z.number()));
const fixture = z
  .object({
    rate: z.number(),
    input: z.object({ shape: z.array(z.number()), images: z.array(z.array(z.number())), labels: z.array(z.number()) }),
    source: weights,
    start: weights,
    teacher: z.array(z.number()),
    attention: z.array(z.number()),
    steps: z.array(z.object({ name: z.string(), loss: z.number(), gradients: weights, after: weights })),
    averages: z.array(z.object({ name: z.string(), steps: z.number(), after: weights })),
    schedules: z.object({
      oneCycle: z.object({ steps: z.number(), every: z.number(), rates: z.array(z.number()) }),
      restarts: z.array(z.number()),
    }),
  })
  .parse(JSON.parse(readFileSync(new URL('fixtures/pytorch-terms.json', import.meta.url), 'utf8')));

const data = toyDataset({
  inputs: fixture.input.images,
  shape: fixture.input.shape,
  targets: fixture.input.labels,
  target: { kind: 'classes', labels: ['a', 'b', 'c'] },
});
const common = { data, optimizer: sgd({ learningRate: fixture.rate }), batchSize: data.size, seed: 1 };

function network(values: Readonly<Record<string, number[]>>): Network {
  const model = layers.sequential({
    layers: [
      layers.layers.conv2d({ filters: 2, kernelSize: 3, activation: 'relu', inputShape: [5, 5, 1], name: 'conv' }),
      layers.layers.flatten(),
      layers.layers.dense({ units: 3, activation: 'softmax', name: 'head' }),
    ],
  });
  const read = networkOf(model);
  assign(read, values);
  return read;
}

function assign({ weights: all }: Network, values: Readonly<Record<string, number[]>>): void {
  for (const { name, shape, variable } of all) {
    tf.tidy(() => variable.assign(tf.tensor(values[name] ?? [], [...shape])));
  }
}

/** A network at the fixture's start and what to train it with; the terms remember the fixture's source. */
function caseOf(name: string): { readonly trained: Network; readonly options: Partial<FitOptions> } {
  const trained = network(fixture.source);
  const terms: Record<string, () => readonly Term[]> = {
    'l2-sp': () => [
      l2Sp({ network: trained, fromSource: ['conv/kernel', 'conv/bias'], strength: 0.3, headStrength: 0.05 }),
    ],
    distillation: () => [
      distillation({ teacherLogits: Float32Array.from(fixture.teacher), classes: 3, temperature: 3, weight: 0.6 }),
    ],
    'feature distance': () => [featureDistance({ source: network(fixture.source), paths: ['conv'], strength: 0.2 })],
    'feature distance with attention': () => [
      featureDistance({
        source: network(fixture.source),
        paths: ['conv'],
        strength: 0.2,
        attention: new Map([['conv', fixture.attention]]),
      }),
    ],
  };
  const made = terms[name]?.() ?? [];
  assign(trained, fixture.start);
  return { trained, options: { terms: made, ...(name === 'distillation' ? { lossWeight: 0.4 } : {}) } };
}

const backends: readonly (readonly [string, () => Backend])[] = [
  ['cpu', cpu],
  ['wasm', wasm],
];

describe.each(backends)('against PyTorch, on %s', (_name, backend) => {
  beforeAll(async () => {
    await useBackend(backend());
  });

  it.each(fixture.steps)('$name: loss, gradients and updated weights agree to 1e-4', async (reference) => {
    const { trained, options } = caseOf(reference.name);
    const losses: number[] = [];
    for await (const event of fit({ ...common, ...options, network: trained, steps: 1 }))
      if (event.type === 'step') losses.push(event.loss);
    expectClose(losses, [reference.loss]);
    const after = await weightsOf(trained);
    for (const [name, values] of Object.entries(after)) {
      expectClose(values, reference.after[name] ?? []);
      const start = fixture.start[name] ?? [];
      const gradients = values.map((value, at) => ((start[at] ?? 0) - value) / fixture.rate);
      expectClose(gradients, reference.gradients[name] ?? [], 1e-2);
    }
  });

  it.each(fixture.averages)('$name: the averaged weights agree to 1e-4', async ({ name, steps, after }) => {
    const trained = network(fixture.start);
    const follower: Follower = name === 'ema' ? ema({ decay: 0.9 }) : swa({ from: 0.5, every: 2 });
    await fit({ ...common, network: trained, steps, followers: [follower] }).result();
    for (const [key, values] of Object.entries(await weightsOf(trained))) expectClose(values, after[key] ?? []);
  });
});

describe('schedules in pieces', () => {
  it('one cycle is PyTorch’s, and restarts are exactly its', () => {
    const { oneCycle: cycle, restarts } = fixture.schedules;
    // PyTorch reaches its peak one step before 30 % of the steps: in a long training that is nothing.
    for (const [at, rate] of cycle.rates.entries())
      expect(Math.abs(scheduleFactor(oneCycle(), at * cycle.every, cycle.steps) - rate)).toBeLessThan(3e-4);
    const schedule = cosineRestarts({ cycles: 3, growth: 2 });
    for (const [step, rate] of restarts.entries()) expect(scheduleFactor(schedule, step, 28)).toBeCloseTo(rate, 8);
  });

  it('the slanted triangle has the values of its paper, and the end’s factor stays', () => {
    const factors = [0, 5, 10, 55, 100, 120].map((step) => scheduleFactor(slantedTriangle(), step, 100));
    const expected = [1 / 32, (1 + 1 / 32) / 2, 1, (1 + 1 / 32) / 2, 1 / 32, 1 / 32];
    for (const [at, factor] of factors.entries()) expect(factor).toBeCloseTo(expected[at] ?? 9, 12);
  });

  it('refuse numbers out of range', () => {
    expect(() => oneCycle({ rise: 1 })).toThrow(/rise = 1/);
    expect(() => cosineRestarts({ cycles: 0 })).toThrow(/cycles = 0/);
    expect(() => slantedTriangle({ ratio: 0.5 })).toThrow(/ratio = 0.5/);
  });
});

describe('averages and terms in a training', () => {
  beforeAll(async () => {
    await useBackend(cpu());
  });

  const settings = (): Omit<FitOptions, 'network'> => ({
    data: clusters(40, 1),
    optimizer: adam({ learningRate: 0.02 }),
    schedule: oneCycle(),
    steps: 14,
    batchSize: 16,
    seed: 5,
  });

  it.each([
    ['ema', () => ema({ decay: 0.8 })],
    ['swa', () => swa({ from: 0.3, every: 2 })],
  ])('%s survives an interruption bit for bit, leaves frozen weights alone and leaks nothing', async (_name, make) => {
    const frozen = new Set(['hidden/kernel']);
    const options = (): Omit<FitOptions, 'network'> => ({ ...settings(), frozen, followers: [make()] });
    const whole = toyNetwork({ noise: true });
    const before = await weightsOf(whole);
    const tensors = tf.memory().numTensors;
    const counts = new Set<number>();
    for await (const event of fit({ ...options(), network: whole }))
      if (event.type === 'step') counts.add(tf.memory().numTensors);
    expect(counts.size).toBe(1);
    expect(tf.memory().numTensors).toBe(tensors);
    const expected = await weightsOf(whole);
    expect(expected['hidden/kernel']).toEqual(before['hidden/kernel']);
    expect(expected['head/kernel']).not.toEqual(before['head/kernel']);

    const store = memoryStore();
    const abort = new AbortController();
    const first = fit({
      ...options(),
      network: toyNetwork({ noise: true }),
      checkpoint: { store },
      signal: abort.signal,
    });
    await expect(
      (async () => {
        for await (const event of first) if (event.type === 'step' && event.step === 9) abort.abort();
      })(),
    ).rejects.toMatchObject({ code: 'cancelled' });
    const second = toyNetwork({ noise: true, seed: 9 });
    await fit({ ...options(), network: second, checkpoint: { store }, resume: true }).result();
    expect(await weightsOf(second)).toEqual(expected);
    const other = { ...options(), followers: [ema({ decay: 0.5 })], checkpoint: { store }, resume: true };
    await expect(fit({ ...other, network: toyNetwork({ noise: true }) }).result()).rejects.toThrow(/followers/);
  });

  it('refuses what makes no sense before training', async () => {
    const trained = toyNetwork();
    const run = (change: Partial<FitOptions>): Promise<unknown> =>
      fit({ ...settings(), network: trained, ...change }).result();
    expect(() => ema({ decay: 1 })).toThrow(/decay of the moving average is 1/);
    expect(() => swa({ every: 0 })).toThrow(/every = 0/);
    expect(() => l2Sp({ network: trained, fromSource: [], strength: 1 })).toThrow(/no weights from a source/);
    expect(() => l2Sp({ network: trained, fromSource: ['x/kernel'], strength: 1 })).toThrow(/"x\/kernel"/);
    expect(() => distillation({ teacherLogits: new Float32Array(6), classes: 3, temperature: 0 })).toThrow(
      /temperature of distillation is 0/,
    );
    expect(() => distillation({ teacherLogits: new Float32Array(5), classes: 3 })).toThrow(/5 logits/);
    expect(() => featureDistance({ source: trained, paths: ['hid'], strength: 1 })).toThrow(/"hid"/);
    const foreign = distillation({ teacherLogits: new Float32Array(40 * 4), classes: 4 });
    await expect(run({ terms: [foreign] })).rejects.toThrow(/student has 3 classes, and the teacher 4/);
    const blind: Term = { name: 'x', watches: ['hiden'], compute: () => tf.scalar(0) };
    await expect(run({ terms: [blind] })).rejects.toThrow(/"hiden".*Did you mean "hidden"/);
    await expect(run({ lossWeight: -1 })).rejects.toThrow(/lossWeight is -1/);
    const both = { followers: [ema()], restoreBest: true, validation: clusters(9, 2) };
    await expect(run(both)).rejects.toThrow(/restoreBest.*ema/);
  });

  it('gives attention to the channels that matter, and puts the weights back byte for byte', async () => {
    const trained = toyNetwork({ hidden: 4 });
    await fit({ ...settings(), network: trained, steps: 60 }).result();
    const before = await weightsOf(trained);
    const attention = (await channelAttention(trained, clusters(30, 3), ['hidden'])).get('hidden') ?? [];
    expect(await weightsOf(trained)).toEqual(before);
    expect(attention.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
    // By hand: the loss without one channel is that of a network whose head ignores it.
    const { loss } = await evaluate(trained, clusters(30, 3));
    const rises: number[] = [];
    for (let channel = 0; channel < 4; channel++) {
      const deaf = toyNetwork({ hidden: 4 });
      const kernel = (before['head/kernel'] ?? []).map((value, at) => (Math.floor(at / 3) === channel ? 0 : value));
      assign(deaf, { ...before, 'head/kernel': kernel });
      rises.push((await evaluate(deaf, clusters(30, 3))).loss - loss);
    }
    const total = rises.reduce((sum, rise) => sum + Math.exp(rise), 0);
    expectClose(
      attention,
      rises.map((rise) => Math.exp(rise) / total),
    );
  });
});

/** Relative to the reference; values below `floor` as if they were so large. */
function expectClose(actual: readonly number[], expected: readonly number[], floor = 1e-3): void {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of actual.entries()) {
    const wanted = expected[index] ?? Number.NaN;
    const bound = 1e-4 * Math.max(Math.abs(wanted), floor);
    expect(Math.abs(value - wanted), `${value} against ${wanted}`).toBeLessThanOrEqual(bound);
  }
}
