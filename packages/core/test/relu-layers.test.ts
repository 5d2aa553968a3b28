import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { wasm } from '@graft-ml/backend-wasm';
import { createRng, forward, FUSED, networkOf, useBackend } from '../src/index.js';

beforeAll(async () => {
  await useBackend(wasm());
});

const { conv2d, dense, flatten } = layers.layers;
const MODELS: Readonly<Record<string, () => layers.Sequential>> = {
  'convolutions and dense layers': () =>
    layers.sequential({
      layers: [
        conv2d({
          inputShape: [9, 8, 2],
          filters: 5,
          kernelSize: 3,
          activation: 'relu',
          biasInitializer: 'randomNormal',
        }),
        conv2d({ filters: 4, kernelSize: [2, 3], strides: [2, 1], padding: 'same', activation: 'relu' }),
        flatten(),
        dense({ units: 7, activation: 'relu', biasInitializer: 'randomNormal' }),
        dense({ units: 3 }),
      ],
    }),
  'layers that stay as they are': () =>
    layers.sequential({
      layers: [
        conv2d({ inputShape: [9, 8, 2], filters: 5, kernelSize: 3, activation: 'elu' }),
        conv2d({ filters: 4, kernelSize: 2, activation: 'relu', useBias: false }),
        conv2d({ filters: 4, kernelSize: 1, activation: 'tanh' }),
        dense({ units: 3, activation: 'relu' }),
      ],
    }),
};

/** Output, and gradients of the input and of every weight. */
async function outcome(model: layers.Sequential): Promise<Float32Array[]> {
  const network = networkOf(model);
  const rng = createRng(5);
  const values = Float32Array.from({ length: 3 * 9 * 8 * 2 }, () => rng.normal());
  const x = tf.tidy(() => tf.variable(tf.tensor(values, [3, 9, 8, 2])));
  const variables = [x, ...network.weights.map((weight) => weight.variable)];
  const run = (): tf.Tensor => forward(network, [x], { training: true })[0] ?? tf.scalar(0);
  const y = tf.tidy(run);
  const { value, grads } = tf.variableGrads(() => tf.sum<tf.Scalar>(tf.square(run())), variables);
  const tensors = [y, value, ...variables.map((each) => grads[each.name])];
  const found = await Promise.all(tensors.map(async (each) => Float32Array.from((await each?.data()) ?? [])));
  tf.dispose([...tensors, x].flatMap((each) => each ?? []));
  return found;
}

/** The same where the backend has no fused gradient of relu, so that tfjs composes the layers. */
async function composed(model: layers.Sequential): Promise<Float32Array[]> {
  const config: tf.KernelConfig | undefined = tf.getKernel(FUSED.reluBiasGradient, 'wasm');
  if (config === undefined) throw new Error('The wasm backend has no fused gradient of relu.');
  tf.unregisterKernel(FUSED.reluBiasGradient, 'wasm');
  try {
    return await outcome(model);
  } finally {
    tf.registerKernel(config);
  }
}

test.each(Object.entries(MODELS))('%s give the same bits in one kernel', async (_, build) => {
  const model = build();
  const before = tf.memory().numTensors;
  const found = await outcome(model);
  expect(tf.memory().numTensors).toBe(before);
  expect(found.every((each) => each.length > 0)).toBe(true);
  expect(found).toEqual(await composed(model));
  model.dispose();
});

test('a frozen layer and a layer without a path to the weights are not differentiated', async () => {
  const model = MODELS['convolutions and dense layers']?.() ?? layers.sequential();
  const network = networkOf(model);
  const calls: string[] = [];
  const original = tf.getKernel('Conv2DBackpropInput', 'wasm');
  tf.unregisterKernel('Conv2DBackpropInput', 'wasm');
  tf.registerKernel({
    ...original,
    kernelFunc: (params) => {
      calls.push('Conv2DBackpropInput');
      return original.kernelFunc(params);
    },
  });
  const x = tf.ones([3, 9, 8, 2]);
  const loss = (): tf.Scalar => tf.sum<tf.Scalar>(forward(network, [x], { training: true })[0] ?? tf.scalar(0));
  const gradients = tf.variableGrads(
    loss,
    network.weights.map((weight) => weight.variable),
  );
  // Of the second convolution, not of the first: nothing needs the gradient of the images.
  expect(calls).toHaveLength(1);
  tf.dispose([x, gradients.value]);
  tf.dispose(gradients.grads);
  tf.unregisterKernel('Conv2DBackpropInput', 'wasm');
  tf.registerKernel(original);
  model.dispose();
});
