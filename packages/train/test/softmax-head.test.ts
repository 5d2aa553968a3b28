import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential, type Sequential } from '@tensorflow/tfjs-layers';
import { beforeEach, describe, expect, test } from 'vitest';
import { cpu } from '@graft-ml/backend-cpu';
import { wasm } from '@graft-ml/backend-wasm';
import { createRng, FUSED, networkOf, useBackend } from '@graft-ml/core';
import { arrayDataset, type Dataset } from '@graft-ml/datasets';
import { adam, crossEntropy, fit, type FitOptions } from '../src/index.js';

const FEATURES = 37;
const CLASSES = 10;

function data(): Dataset {
  const rng = createRng(3);
  return arrayDataset({
    name: 'drawn',
    inputs: [{ data: Float32Array.from({ length: 50 * FEATURES }, () => rng.normal()), shape: [FEATURES] }],
    targets: Int32Array.from({ length: 50 }, () => rng.int(CLASSES)),
    target: { kind: 'classes', labels: Array.from({ length: CLASSES }, (_, id) => `class ${id}`) },
  });
}

const softmax = (): ReturnType<typeof layers.dense> =>
  layers.dense({ units: CLASSES, activation: 'softmax', name: 'head' });

/** The head alone, behind dropout, and behind a layer that may be frozen. */
const MODELS: Readonly<Record<string, () => Sequential>> = {
  head: () =>
    sequential({
      layers: [layers.dense({ units: CLASSES, activation: 'softmax', name: 'head', inputShape: [FEATURES] })],
    }),
  dropout: () =>
    sequential({ layers: [layers.dropout({ rate: 0.3, name: 'noise', inputShape: [FEATURES] }), softmax()] }),
  deep: () =>
    sequential({
      layers: [
        layers.dense({ units: 12, activation: 'relu', name: 'body', inputShape: [FEATURES] }),
        layers.batchNormalization({ name: 'norm' }),
        softmax(),
      ],
    }),
};

/** How often the fused kernel ran, and every number that came of a training. */
async function trained(name: string, options: Partial<FitOptions> = {}): Promise<{ calls: number; numbers: number[] }> {
  const model = MODELS[name]?.() ?? sequential();
  const network = networkOf(model);
  const rng = createRng(5);
  for (const { name: weight, variable } of network.weights) {
    const drawn = rng.fork(weight);
    const values = Float32Array.from({ length: variable.size }, () => 0.3 * drawn.normal());
    variable.assign(tf.tensor(weight.endsWith('variance') ? values.map(Math.abs) : values, variable.shape));
  }
  let calls = 0;
  const config: tf.KernelConfig | undefined = tf.getKernel(FUSED.denseCrossEntropy, tf.getBackend());
  if (config !== undefined) {
    tf.unregisterKernel(config.kernelName, config.backendName);
    tf.registerKernel({
      ...config,
      kernelFunc: (call) => {
        calls += 1;
        return config.kernelFunc(call);
      },
    });
  }
  const numbers: number[] = [];
  const held: number[] = [];
  try {
    const settings = { network, data: data(), seed: 1, steps: 8, batchSize: 16, optimizer: adam(), ...options };
    for await (const event of fit(settings)) {
      if (event.type !== 'step') continue;
      numbers.push(event.loss, event.accuracy ?? -1);
      held.push(tf.memory().numTensors);
    }
  } finally {
    if (config !== undefined) {
      tf.unregisterKernel(config.kernelName, config.backendName);
      tf.registerKernel(config);
    }
  }
  expect(new Set(held).size).toBe(1);
  for (const { variable } of network.weights) numbers.push(...(await variable.data()));
  model.dispose();
  return { calls, numbers };
}

/** The same on the tape, as on a backend without the kernel. */
async function onTape(name: string, options: Partial<FitOptions> = {}): Promise<number[]> {
  const config: tf.KernelConfig | undefined = tf.getKernel(FUSED.denseCrossEntropy, 'wasm');
  if (config === undefined) throw new Error('The wasm backend has no fused head.');
  tf.unregisterKernel(config.kernelName, 'wasm');
  try {
    return (await trained(name, options)).numbers;
  } finally {
    tf.registerKernel(config);
  }
}

const BODY = new Set(['body/kernel', 'body/bias', 'norm/gamma', 'norm/beta']);
const STATISTICS = new Set([...BODY, 'norm/moving_mean', 'norm/moving_variance']);

describe.each([1, 2])('a softmax head that trains alone, on %i threads', (threads) => {
  beforeEach(async () => {
    await useBackend(wasm({ threads }));
  });

  test.each([
    ['head', {}],
    ['dropout', {}],
    ['deep', { frozen: BODY }],
    ['deep', { frozen: STATISTICS }],
    ['head', { weightDecay: 0.1, clipNorm: 0.5 }],
    ['head', { batchSize: 1 }],
  ] as const)('%s with %o is the same to the last bit as on the tape', async (name, options) => {
    const { calls, numbers } = await trained(name, options);
    expect(calls).toBe(8);
    expect(numbers).toEqual(await onTape(name, options));
  });

  test.each([
    ['deep', {}],
    ['head', { frozen: new Set(['head/bias']) }],
    ['head', { loss: crossEntropy({ labelSmoothing: 0.1 }) }],
    ['head', { loss: crossEntropy({ classWeights: Array.from({ length: CLASSES }, (_, id) => 1 + id) }) }],
    ['head', { lossWeight: 0.5 }],
    ['head', { terms: [{ name: 'nothing', compute: () => tf.scalar(0) }] }],
  ] as const)('%s with %o goes by the tape', async (name, options) => {
    expect((await trained(name, options)).calls).toBe(0);
  });
});

test('agrees with the reference backend, which has no such kernel', async () => {
  await useBackend(cpu());
  const reference = await trained('head');
  expect(reference.calls).toBe(0);
  await useBackend(wasm());
  const { numbers } = await trained('head');
  expect(numbers.length).toBe(reference.numbers.length);
  for (const [at, value] of reference.numbers.entries()) expect(numbers[at]).toBeCloseTo(value, 4);
});
