import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { memoryStore, networkOf, useBackend, type TargetSpec } from '@graft-ml/core';
import { cpu } from '@graft-ml/backend-cpu';
import { greedySoup, renewStatistics, swa, uniformSoup } from '../src/averaging/index.js';
import {
  binaryCrossEntropy,
  crossEntropy,
  evaluate,
  fit,
  meanAbsoluteError,
  meanSquaredError,
  scheduleFactor,
  sgd,
  type Loss,
} from '../src/index.js';
import { balancedClassWeights, weightedExamples } from '../src/losses/index.js';
import { plateau } from '../src/schedules/index.js';
import { clusters, toyDataset, toyModel, toyNetwork, weightsOf } from './toys.js';

const numbers = z.array(z.number());
const rows = z.array(numbers);
const fixture = z
  .object({
    rate: z.number(),
    inputs: rows,
    kernel: numbers,
    bias: numbers,
    weights: numbers,
    classes: numbers,
    labels: rows,
    values: rows,
    plateau: z.array(
      z.object({
        factor: z.number(),
        patience: z.number(),
        threshold: z.number(),
        losses: numbers,
        factors: numbers,
      }),
    ),
    weighted: z.array(z.object({ name: z.string(), loss: z.number(), kernel: numbers, bias: numbers })),
    renewed: z.object({ mean: numbers, variance: numbers }),
    balanced: numbers,
  })
  .parse(JSON.parse(readFileSync(new URL('fixtures/pytorch-methods.json', import.meta.url), 'utf8')));

beforeAll(async () => {
  await useBackend(cpu());
});

describe('reduce on plateau', () => {
  it.each(fixture.plateau)('has PyTorch’s rates: factor $factor, patience $patience', (reference) => {
    const schedule = plateau(reference);
    for (const [seen, factor] of reference.factors.entries())
      expect(scheduleFactor(schedule, seen, 100, reference.losses.slice(0, seen))).toBeCloseTo(factor, 12);
  });

  it('lowers the rate in a training that stands still, by the validations where there are some, and resumes bit for bit', async () => {
    const options = {
      data: clusters(40, 1),
      validation: clusters(12, 2),
      batchSize: 20,
      steps: 12,
      seed: 1,
      // Nothing improves at such a rate.
      optimizer: sgd({ learningRate: 1e-9 }),
      schedule: plateau({ factor: 0.5, patience: 1 }),
    };
    const rates: number[] = [];
    const whole = toyNetwork();
    for await (const event of fit({ ...options, network: whole }))
      if (event.type === 'step') rates.push(event.learningRate / 1e-9);
    // Two steps an epoch, so a validation after each second step: the third is the second in a row without an improvement.
    for (const [at, rate] of [1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25].entries())
      expect(rates[at], `step ${at + 1}`).toBeCloseTo(rate, 9);
    const store = memoryStore();
    const abort = new AbortController();
    const first = fit({ ...options, network: toyNetwork(), checkpoint: { store }, signal: abort.signal });
    await expect(
      (async () => {
        for await (const event of first) if (event.type === 'step' && event.step === 7) abort.abort();
      })(),
    ).rejects.toMatchObject({ code: 'cancelled' });
    const second = toyNetwork({ seed: 5 });
    const later: number[] = [];
    for await (const event of fit({ ...options, network: second, checkpoint: { store }, resume: true }))
      if (event.type === 'step') later.push(event.learningRate / 1e-9);
    expect(later).toEqual(rates.slice(7));
    expect(await weightsOf(second)).toEqual(await weightsOf(whole));
  });

  it('refuses numbers out of range', () => {
    expect(() => plateau({ factor: 1 })).toThrow(/factor of the plateau is 1/);
    expect(() => plateau({ patience: -1 })).toThrow(/patience of the plateau is -1/);
    expect(() => plateau({ threshold: 1 })).toThrow(/threshold of the plateau is 1/);
  });
});

const KINDS: Readonly<
  Record<string, { readonly loss: Loss; readonly target: TargetSpec; readonly activation: string }>
> = {
  'cross-entropy': {
    loss: crossEntropy(),
    target: { kind: 'classes', labels: ['a', 'b', 'c'] },
    activation: 'softmax',
  },
  'smoothed cross-entropy': {
    loss: crossEntropy({ labelSmoothing: 0.2 }),
    target: { kind: 'classes', labels: ['a', 'b', 'c'] },
    activation: 'softmax',
  },
  'binary-cross-entropy': {
    loss: binaryCrossEntropy(),
    target: { kind: 'multi-label', labels: ['a', 'b', 'c'] },
    activation: 'sigmoid',
  },
  'mean-squared-error': {
    loss: meanSquaredError(),
    target: { kind: 'values', names: ['a', 'b', 'c'] },
    activation: 'linear',
  },
  'mean-absolute-error': {
    loss: meanAbsoluteError(),
    target: { kind: 'values', names: ['a', 'b', 'c'] },
    activation: 'linear',
  },
};

describe('a weight for each example', () => {
  it.each(fixture.weighted)('$name: loss and updated weights are PyTorch’s to 1e-4', async (reference) => {
    const kind = KINDS[reference.name];
    if (kind === undefined) throw new Error(`no such case: ${reference.name}`);
    const { loss, target, activation } = kind;
    const targets =
      target.kind === 'classes' ? fixture.classes : target.kind === 'values' ? fixture.values : fixture.labels;
    const data = toyDataset({ inputs: fixture.inputs, shape: [4], targets, target });
    const dense = { units: 3, inputShape: [4], name: 'head' };
    const model = layers.sequential({
      layers: [
        activation === 'softmax'
          ? layers.layers.dense({ ...dense, activation: 'softmax' })
          : activation === 'sigmoid'
            ? layers.layers.dense({ ...dense, activation: 'sigmoid' })
            : layers.layers.dense(dense),
      ],
    });
    model.setWeights([tf.tensor2d(fixture.kernel, [4, 3]), tf.tensor1d(fixture.bias)]);
    const losses: number[] = [];
    const weighted = weightedExamples({ weights: fixture.weights, loss });
    const network = networkOf(model);
    const tensors = tf.memory().numTensors;
    const training = fit({
      network,
      data,
      steps: 1,
      batchSize: 6,
      seed: 4,
      optimizer: sgd({ learningRate: fixture.rate }),
      ...weighted,
    });
    for await (const event of training) if (event.type === 'step') losses.push(event.loss);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(losses[0]).toBeCloseTo(reference.loss, 5);
    const after = await weightsOf(network);
    for (const [at, value] of reference.kernel.entries()) expect(after['head/kernel']?.[at]).toBeCloseTo(value, 5);
    for (const [at, value] of reference.bias.entries()) expect(after['head/bias']?.[at]).toBeCloseTo(value, 5);
  });

  it('refuses weights that mean nothing, and too few of them', async () => {
    const loss = crossEntropy();
    expect(() => weightedExamples({ weights: [1, -1], loss })).toThrow(/Example 1 has the weight -1/);
    expect(() => weightedExamples({ weights: [0, 0], loss })).toThrow(/All weights are 0/);
    expect(() => weightedExamples({ weights: [1], loss: crossEntropy({ classWeights: [1, 2] }) })).toThrow(/both/);
    const few = weightedExamples({ weights: [1, 1], loss });
    const run = fit({ network: toyNetwork(), data: clusters(9, 1), steps: 3, batchSize: 9, seed: 1, ...few });
    await expect(run.result()).rejects.toThrow(/2 weights, and the batch holds example 8/);
  });

  it('balances classes as scikit-learn does', () => {
    expect(balancedClassWeights([0, 0, 0, 1, 2, 2], 3)).toEqual(fixture.balanced);
    expect(balancedClassWeights([0, 0], 2)).toEqual([0.5, 0]);
    expect(() => balancedClassWeights([3], 3)).toThrow(/class 3/);
    expect(() => balancedClassWeights([], 3)).toThrow(/no examples/);
  });
});

describe('BatchNorm’s statistics computed anew', () => {
  const normed = (): layers.LayersModel => {
    const model = layers.sequential({
      layers: [
        layers.layers.dense({ units: 3, inputShape: [4], name: 'dense' }),
        layers.layers.batchNormalization({ name: 'norm' }),
        layers.layers.dense({ units: 3, activation: 'softmax', name: 'head' }),
      ],
    });
    model.getLayer('dense').setWeights([tf.tensor2d(fixture.kernel, [4, 3]), tf.tensor1d(fixture.bias)]);
    return model;
  };
  const data = toyDataset({
    inputs: fixture.inputs,
    shape: [4],
    targets: fixture.classes,
    target: { kind: 'classes', labels: ['a', 'b', 'c'] },
  });

  it('are those of PyTorch’s update_bn, and nothing else moves', async () => {
    const network = networkOf(normed());
    const before = await weightsOf(network);
    const tensors = tf.memory().numTensors;
    expect(await renewStatistics(network, data, { batchSize: 6, seed: 1 })).toBe(1);
    expect(tf.memory().numTensors).toBe(tensors);
    const after = await weightsOf(network);
    for (const [at, value] of fixture.renewed.mean.entries())
      expect(after['norm/moving_mean']?.[at]).toBeCloseTo(value, 5);
    for (const [at, value] of fixture.renewed.variance.entries())
      expect(after['norm/moving_variance']?.[at]).toBeCloseTo(value, 5);
    for (const name of ['dense/kernel', 'norm/gamma', 'norm/beta', 'head/kernel'])
      expect(after[name], name).toEqual(before[name]);
  });

  it('are means over batches, by hand, also where the batches are of different sizes', async () => {
    const network = networkOf(normed());
    const batches: number[][] = [];
    const seen = {
      ...data,
      batch: (indices: ArrayLike<number>) => (batches.push(Array.from(indices)), data.batch(indices)),
    };
    await renewStatistics(network, seen, { batchSize: 4, seed: 2 });
    expect(batches.map(({ length }) => length)).toEqual([4, 2]);
    const at = (example: number): number =>
      (fixture.inputs[example] ?? []).reduce(
        (sum, x, row) => sum + x * (fixture.kernel[row * 3] ?? 0),
        fixture.bias[0] ?? 0,
      );
    const variances = batches.map((batch) => {
      const values = batch.map(at);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    });
    const after = await weightsOf(network);
    expect(after['norm/moving_variance']?.[0]).toBeCloseTo(((variances[0] ?? 0) * 4 + (variances[1] ?? 0) * 2) / 6, 5);
  });

  it('leave frozen statistics alone, and are as they were when it is cancelled', async () => {
    const network = networkOf(normed());
    const before = await weightsOf(network);
    const frozen = new Set(['norm/moving_mean', 'norm/moving_variance']);
    expect(await renewStatistics(network, data, { frozen, seed: 1 })).toBe(0);
    const abort = new AbortController();
    const slow = { ...data, batch: (indices: ArrayLike<number>) => (abort.abort(), data.batch(indices)) };
    const cancelled = renewStatistics(network, slow, { batchSize: 2, seed: 1, signal: abort.signal });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(await weightsOf(network)).toEqual(before);
  });

  it('follow averaged weights: after SWA they are those of the averaged network', async () => {
    const network = toyNetwork({ noise: true });
    const examples = clusters(30, 1);
    await fit({ network, data: examples, steps: 8, batchSize: 10, seed: 1, followers: [swa({ from: 0.5 })] }).result();
    const averaged = (await weightsOf(network))['norm/moving_variance'];
    await renewStatistics(network, examples, { batchSize: 30, seed: 1 });
    expect((await weightsOf(network))['norm/moving_variance']).not.toEqual(averaged);
  });
});

describe('model soups', () => {
  it('average every weight, by hand', async () => {
    const models = [1, 2, 3].map((seed) => toyModel({ seed }));
    const [a, b, c] = await Promise.all(models.map((model) => weightsOf(networkOf(model))));
    const tensors = tf.memory().numTensors;
    const soup = uniformSoup(models);
    const mixed = await weightsOf(networkOf(soup));
    for (const [name, values] of Object.entries(mixed))
      for (const [at, value] of values.entries())
        expect(value).toBeCloseTo(((a?.[name]?.[at] ?? 0) + (b?.[name]?.[at] ?? 0) + (c?.[name]?.[at] ?? 0)) / 3, 6);
    soup.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(() => uniformSoup([toyModel(), toyModel({ hidden: 4 })])).toThrow(/not of one architecture/);
    expect(() => uniformSoup([])).toThrow(/No models/);
  });

  it('take greedily what does no harm, best first', async () => {
    const data = clusters(60, 1);
    const trained = async (steps: number, seed: number): Promise<layers.LayersModel> => {
      const model = toyModel();
      await fit({
        network: networkOf(model),
        data,
        steps,
        batchSize: 20,
        seed,
        optimizer: sgd({ learningRate: 0.3 }),
      }).result();
      return model;
    };
    const [good, same] = [await trained(60, 1), await trained(60, 2)];
    const wrong = toyModel({ seed: 8 });
    // Its outputs are good's, with the classes exchanged.
    wrong.setWeights(good.getWeights());
    const [kernel, bias] = wrong.getLayer('head').getWeights();
    if (kernel === undefined || bias === undefined) throw new Error('no head');
    const turn = tf.tensor1d([1, 2, 0], 'int32');
    wrong.getLayer('head').setWeights([tf.mul(tf.gather(kernel, turn, 1), 20), tf.gather(bias, turn)]);
    const validation = clusters(90, 7);
    const tensors = tf.memory().numTensors;
    const { model, ingredients, score } = await greedySoup([wrong, good, same], validation);
    expect(ingredients).not.toContain(0);
    expect(ingredients).toContain(1);
    const best = Math.max(
      ...(await Promise.all(
        [good, same].map(async (each) => (await evaluate(networkOf(each), validation)).metrics['accuracy'] ?? 0),
      )),
    );
    expect(score).toBeGreaterThanOrEqual(best);
    expect((await evaluate(networkOf(model), validation)).metrics['accuracy']).toBe(score);
    model.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
