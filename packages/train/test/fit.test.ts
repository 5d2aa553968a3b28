import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { networkOf, predict, subnetwork, useBackend, type Network, type TargetSpec } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import { cpu } from '@graft-ml/backend-cpu';
import {
  adam,
  evaluate,
  fit,
  linearSchedule,
  meanAbsoluteError,
  sgd,
  type StepEvent,
  type TrainEvent,
} from '../src/index.js';
import { clusters, toyDataset, toyModel, toyNetwork, weightsOf } from './toys.js';

beforeAll(async () => {
  await useBackend(cpu());
});

describe('fit', () => {
  it('learns, and says what happens in order', async () => {
    const network = toyNetwork();
    const validation = clusters(60, 2);
    const before = await evaluate(network, validation);
    const events: TrainEvent[] = [];
    for await (const event of fit({
      network,
      data: clusters(100, 1),
      validation,
      optimizer: adam({ learningRate: 0.05 }),
      epochs: 3,
      batchSize: 32,
      seed: 1,
    })) {
      events.push(event);
    }
    const after = await evaluate(network, validation);
    expect(after.loss).toBeLessThan(before.loss / 2);
    expect(after.metrics['accuracy']).toBeGreaterThan(0.9);
    const epoch = ['step', 'step', 'step', 'step', 'validation', 'epoch'];
    expect(events.map((event) => event.type)).toEqual(['start', ...epoch, ...epoch, ...epoch, 'end']);
    expect(events[0]).toMatchObject({
      steps: 12,
      epochs: 3,
      stepsPerEpoch: 4,
      examples: 100,
      parameters: 2 * 8 + 8 + 8 * 3 + 3,
      resumedFrom: 0,
    });
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    const run = async (seed: number) => {
      const network = toyNetwork({ noise: true });
      await fit({ network, data: clusters(50, 1), steps: 10, batchSize: 16, seed }).result();
      return weightsOf(network);
    };
    const first = await run(3);
    expect(await run(3)).toEqual(first);
    expect(await run(4)).not.toEqual(first);
  });

  it('keeps the tensor count constant from step to step, and leaves nothing behind', async () => {
    const network = toyNetwork({ noise: true });
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    const training = fit({
      network,
      data: clusters(50, 1),
      validation: clusters(9, 2),
      restoreBest: true,
      steps: 12,
      batchSize: 16,
      seed: 1,
      clipNorm: 1,
    });
    for await (const event of training) if (event.type === 'step') counts.push(tf.memory().numTensors);
    expect(new Set(counts.slice(4)).size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('shows every example once an epoch, in another order each time, and the rest of an epoch in a smaller batch', async () => {
    const data = clusters(10, 1);
    const seen: number[][] = [];
    const watched: Dataset = {
      ...data,
      batch: (indices) => {
        seen.push(Array.from(indices));
        return data.batch(indices);
      },
    };
    await fit({ network: toyNetwork(), data: watched, steps: 7, batchSize: 4, seed: 1 }).result();
    expect(seen.map((indices) => indices.length)).toEqual([4, 4, 2, 4, 4, 2, 4]);
    const [first, second] = [seen.slice(0, 3).flat(), seen.slice(3, 6).flat()];
    const everyone = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(first.toSorted((a, b) => a - b)).toEqual(everyone);
    expect(second.toSorted((a, b) => a - b)).toEqual(everyone);
    expect(first).not.toEqual(second);
  });

  it('trains for the shorter of steps and epochs', async () => {
    const run = (steps: number, epochs: number) =>
      fit({ network: toyNetwork(), data: clusters(10, 1), steps, epochs, batchSize: 5, seed: 1 }).result();
    expect(await run(3, 10)).toMatchObject({ steps: 3, epochs: 2 });
    expect(await run(30, 2)).toMatchObject({ steps: 4, epochs: 2 });
  });

  it('counts what is right in each batch, before the step’s update', async () => {
    const network = toyNetwork();
    const data = clusters(30, 1);
    const { metrics, loss } = await evaluate(network, data);
    const steps: TrainEvent[] = [];
    for await (const event of fit({ network, data, steps: 1, batchSize: 30, seed: 1 })) {
      if (event.type === 'step') steps.push(event);
    }
    expect(steps).toMatchObject([{ accuracy: metrics['accuracy'], loss: expect.closeTo(loss, 6) }]);
  });

  it('draws other noise at every step', async () => {
    const losses = new Set<number>();
    const options = {
      network: toyNetwork({ noise: true }),
      data: clusters(30, 1),
      optimizer: sgd({ learningRate: 0 }),
    };
    for await (const event of fit({ ...options, steps: 4, batchSize: 30, seed: 1 })) {
      if (event.type === 'step') losses.add(Math.round(event.loss * 1e4));
    }
    expect(losses.size).toBeGreaterThan(2);
  });

  it('gives each epoch the mean loss of its own steps', async () => {
    const losses: number[] = [];
    const means: number[] = [];
    for await (const event of fit({
      network: toyNetwork(),
      data: clusters(30, 1),
      epochs: 3,
      batchSize: 10,
      seed: 1,
    })) {
      if (event.type === 'step') losses.push(event.loss);
      if (event.type === 'epoch') means.push(event.trainLoss);
    }
    expect(means).toHaveLength(3);
    for (const [epoch, mean] of means.entries()) {
      expect(mean * 3).toBeCloseTo(
        losses.slice(3 * epoch, 3 * epoch + 3).reduce((sum, loss) => sum + loss, 0),
        10,
      );
    }
  });

  it('follows the schedule', async () => {
    const rates: number[] = [];
    const training = fit({
      network: toyNetwork(),
      data: clusters(10, 1),
      optimizer: sgd({ learningRate: 1 }),
      schedule: linearSchedule(),
      steps: 4,
      batchSize: 5,
      seed: 1,
    });
    for await (const event of training) if (event.type === 'step') rates.push(event.learningRate);
    expect(rates).toEqual([1, 0.75, 0.5, 0.25]);
  });

  it('keeps a history of at most about a hundred points, the last one at the end', async () => {
    const { history } = await fit({
      network: toyNetwork(),
      data: clusters(10, 1),
      validation: clusters(10, 2),
      steps: 151,
      batchSize: 5,
      seed: 1,
      validateEvery: 60,
    }).result();
    expect(history.length).toBeLessThanOrEqual(102);
    expect(history.at(-1)?.step).toBe(151);
    expect(history.filter((point) => point.validationAccuracy !== undefined).map((point) => point.step)).toEqual([
      60, 120, 151,
    ]);
    expect(history.every((point) => Number.isFinite(point.trainLoss))).toBe(true);
    expect(history.every((point) => (point.trainAccuracy ?? -1) >= 0 && (point.trainAccuracy ?? 2) <= 1)).toBe(true);
  });
});

describe('what is frozen', () => {
  it('stays as it is to the last bit, a frozen BatchNorm’s statistics included, and the rest trains', async () => {
    const network = toyNetwork({ noise: true });
    const frozen = new Set(
      network.weights.map((weight) => weight.name).filter((name) => /^(hidden|norm)\//.test(name)),
    );
    const before = await weightsOf(network);
    await fit({ network, data: clusters(30, 1), frozen, steps: 5, batchSize: 10, seed: 1 }).result();
    const after = await weightsOf(network);
    for (const name of Object.keys(before)) {
      if (frozen.has(name)) expect(after[name], name).toEqual(before[name]);
      else expect(after[name], name).not.toEqual(before[name]);
    }
    expect(frozen.size).toBe(6);
  });

  it('takes effect at once, whatever the layers’ and variables’ own flags say, and these stay as they were', async () => {
    const model = toyModel();
    for (const layer of model.layers) layer.trainable = false;
    const network = networkOf(model);
    const flags = () => network.weights.map((weight) => weight.variable.trainable);
    const [before, flagsBefore] = [await weightsOf(network), flags()];
    await fit({
      network,
      data: clusters(30, 1),
      frozen: new Set(['hidden/kernel']),
      steps: 2,
      batchSize: 10,
      seed: 1,
    }).result();
    const after = await weightsOf(network);
    expect(after['hidden/kernel']).toEqual(before['hidden/kernel']);
    expect(after['head/kernel']).not.toEqual(before['head/kernel']);
    expect(flags()).toEqual(flagsBefore);
    await fit({ network, data: clusters(30, 1), steps: 2, batchSize: 10, seed: 1 }).result();
    expect((await weightsOf(network))['hidden/kernel']).not.toEqual(before['hidden/kernel']);
  });

  it('may be left out of the network altogether: the tail on features trains like the whole with a frozen trunk', async () => {
    const whole = toyNetwork();
    const frozen = new Set(['hidden/kernel', 'hidden/bias']);
    const data = clusters(30, 1);
    const split = toyNetwork();
    const [slot = -1] = split.nodes[0]?.outputs ?? [];
    const trunk = subnetwork(split, { outputs: [slot] });
    const tail = subnetwork(split, { inputs: [slot] });
    const features = await featuresOf(trunk, data);
    const options = { frozen, steps: 6, batchSize: 10, seed: 1 };
    await fit({ ...options, network: whole, data }).result();
    await fit({ ...options, network: tail, data: features }).result();
    expect(await weightsOf(split)).toEqual(await weightsOf(whole));
  });
});

describe('parameter groups', () => {
  it('have learning rates of their own, and 0 keeps a weight where it is', async () => {
    const network = toyNetwork();
    const before = await weightsOf(network);
    const groups = [
      { name: 'backbone', weights: ['hidden/kernel', 'hidden/bias'], multiplier: 0 },
      { name: 'slow', weights: ['head/bias'], learningRate: 0.001 },
    ];
    await fit({
      network,
      data: clusters(30, 1),
      optimizer: sgd({ learningRate: 0.1 }),
      groups,
      steps: 1,
      batchSize: 30,
      seed: 1,
    }).result();
    const one = toyNetwork();
    await fit({
      network: one,
      data: clusters(30, 1),
      optimizer: sgd({ learningRate: 0.1 }),
      steps: 1,
      batchSize: 30,
      seed: 1,
    }).result();
    const [after, plain] = [await weightsOf(network), await weightsOf(one)];
    expect(after['hidden/kernel']).toEqual(before['hidden/kernel']);
    expect(after['head/kernel']).toEqual(plain['head/kernel']);
    const moved = (weights: Record<string, number[]>) =>
      (weights['head/bias'] ?? []).map((value, at) => value - (before['head/bias']?.[at] ?? 0));
    for (const [at, distance] of moved(after).entries()) expect(distance).toBeCloseTo((moved(plain)[at] ?? 0) / 100, 7);
  });
});

describe('other targets', () => {
  const inputs = Array.from({ length: 24 }, (_, index) => [Math.cos(index), Math.sin(index)]);

  it.each<[string, 'sigmoid' | 'linear', TargetSpec, (x: number[]) => number[], string, number]>([
    [
      'labels that may occur together',
      'sigmoid',
      { kind: 'multi-label', labels: ['right', 'up'] },
      (x) => x.map((value) => Number(value > 0)),
      'binaryAccuracy',
      0.9,
    ],
    [
      'values',
      'linear',
      { kind: 'values', names: ['sum', 'difference'] },
      ([x = 0, y = 0]) => [x + y, x - y],
      'meanAbsoluteError',
      0.1,
    ],
  ])('%s are learnt with their own loss and metric', async (_what, activation, target, rule, metric, wanted) => {
    const network = networkOf(
      layers.sequential({
        layers: [
          layers.layers.dense({
            units: 2,
            inputShape: [2],
            activation,
            kernelInitializer: layers.initializers.glorotUniform({ seed: 1 }),
          }),
        ],
      }),
    );
    const data = toyDataset({ inputs, shape: [2], targets: inputs.map(rule), target });
    await fit({ network, data, optimizer: adam({ learningRate: 0.1 }), steps: 60, batchSize: 12, seed: 1 }).result();
    const { metrics } = await evaluate(network, data);
    if (metric === 'meanAbsoluteError') expect(metrics[metric]).toBeLessThan(wanted);
    else expect(metrics[metric]).toBeGreaterThan(wanted);
  });

  it('values may train on the absolute error', async () => {
    const network = networkOf(
      layers.sequential({ layers: [layers.layers.dense({ units: 1, inputShape: [2], kernelInitializer: 'zeros' })] }),
    );
    const data = toyDataset({
      inputs,
      shape: [2],
      targets: inputs.map(([x = 0]) => [2 * x]),
      target: { kind: 'values', names: ['double'] },
    });
    const steps: StepEvent[] = [];
    for await (const event of fit({
      network,
      data,
      loss: meanAbsoluteError(),
      optimizer: adam({ learningRate: 0.1 }),
      steps: 40,
      batchSize: 24,
      seed: 1,
    })) {
      if (event.type === 'step') steps.push(event);
    }
    expect(steps.at(-1)?.loss).toBeLessThan((steps[0]?.loss ?? 0) / 5);
  });

  it('two classes may have one sigmoid output', async () => {
    const network = networkOf(
      layers.sequential({
        layers: [layers.layers.dense({ units: 1, inputShape: [2], activation: 'sigmoid', kernelInitializer: 'zeros' })],
      }),
    );
    const data = toyDataset({
      inputs,
      shape: [2],
      targets: inputs.map(([x = 0]) => Number(x > 0)),
      target: { kind: 'classes', labels: ['left', 'right'] },
    });
    const loss = { kind: 'binary-cross-entropy' } as const;
    await fit({
      network,
      data,
      loss,
      optimizer: adam({ learningRate: 0.1 }),
      steps: 30,
      batchSize: 12,
      seed: 1,
    }).result();
    expect((await evaluate(network, data, { loss })).metrics['binaryAccuracy']).toBeGreaterThan(0.9);
  });
});

/** The trunk's outputs over a dataset, as a dataset. */
async function featuresOf(trunk: Network, data: Dataset): Promise<Dataset> {
  const everyone = await data.batch(Int32Array.from({ length: data.size }, (_, index) => index));
  const [features = tf.zeros([1])] = predict(trunk, everyone.inputs);
  const rows = await features.data();
  const inputs = Array.from({ length: data.size }, (_, index) => Array.from(rows.subarray(index * 8, index * 8 + 8)));
  tf.dispose([features, everyone.targets, ...everyone.inputs]);
  return toyDataset({ inputs, shape: [8], targets: Array.from(data.classes ?? []), target: data.target });
}
