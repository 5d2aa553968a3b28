import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { wasm } from '@graft-ml/backend-wasm';
import { createRng, forward, FUSED, networkOf, runFused, useBackend, type Network } from '../src/index.js';

beforeAll(async () => {
  await useBackend(wasm());
});

const SHAPES = [
  [6, 3],
  [1, 5],
  [2, 9, 4],
  [3, 5, 6, 1],
  [4, 7, 6, 8],
  [2, 13, 11, 19],
  [5, 30, 30, 16],
];

function batchNormOver(shape: readonly number[], options: Record<string, unknown> = {}): layers.LayersModel {
  const model = layers.sequential({
    layers: [layers.layers.batchNormalization({ inputShape: shape.slice(1), name: 'bn', ...options })],
  });
  const rng = createRng(3);
  model.setWeights(
    model.getWeights().map((old) => {
      // Gamma, beta, moving mean, moving variance: any positive numbers serve.
      const values = Float32Array.from({ length: old.size }, () => 0.5 + rng.uniform());
      return tf.tensor(values, old.shape);
    }),
  );
  return model;
}

function draw(shape: readonly number[], seed: number, mean = 0): tf.Tensor {
  const rng = createRng(seed);
  const size = tf.util.sizeFromShape([...shape]);
  return tf.tensor(
    Float32Array.from({ length: size }, () => mean + rng.normal()),
    [...shape],
  );
}

interface Outcome {
  readonly [name: string]: Float32Array;
}

async function outcome(network: Network, x: tf.Tensor, pull: tf.Tensor): Promise<Outcome> {
  const variables = network.weights.filter((weight) => !weight.statistic);
  const input = tf.variable(x);
  const [result] = tf.tidy(() => [forward(network, [x], { training: true })[0] ?? tf.scalar(0)]);
  const moved = await Promise.all(
    network.weights.filter((weight) => weight.statistic).map((weight) => weight.variable.data()),
  );
  const { value, grads } = tf.variableGrads(
    () => tf.sum<tf.Scalar>(tf.mul(pull, tf.square(forward(network, [input], { training: true })[0] ?? tf.scalar(0)))),
    [input, ...variables.map((weight) => weight.variable)],
  );
  const read = async (tensor: tf.Tensor | undefined): Promise<Float32Array> =>
    Float32Array.from((await tensor?.data()) ?? []);
  const found: Record<string, Float32Array> = {
    y: await read(result),
    x: await read(grads[input.name]),
    movedMean: Float32Array.from(moved[0] ?? []),
    movedVariance: Float32Array.from(moved[1] ?? []),
  };
  for (const weight of variables) found[weight.name] = await read(grads[weight.variable.name]);
  tf.dispose([value, input, ...(result === undefined ? [] : [result])]);
  tf.dispose(grads);
  return found;
}

function runLayer(model: layers.LayersModel, x: tf.Tensor): tf.Tensor {
  const y = model.apply(x, { training: true });
  if (y instanceof tf.Tensor) return y;
  throw new Error('One output was expected.');
}

async function composed<Result>(run: () => Promise<Result>): Promise<Result> {
  const config: tf.KernelConfig | undefined = tf.getKernel(FUSED.batchNorm, 'wasm');
  if (config === undefined) throw new Error('The wasm backend has no fused batch normalisation.');
  tf.unregisterKernel(FUSED.batchNorm, 'wasm');
  try {
    return await run();
  } finally {
    tf.registerKernel(config);
  }
}

function expectClose(fused: Outcome, reference: Outcome): void {
  expect(Object.keys(fused)).toEqual(Object.keys(reference));
  for (const [name, values] of Object.entries(reference)) {
    const own = fused[name] ?? new Float32Array();
    expect(own.length, name).toBe(values.length);
    const size = Math.max(1, ...Array.from(values, Math.abs));
    const worst = Math.max(0, ...Array.from(values, (value, at) => Math.abs(value - (own[at] ?? Number.NaN))));
    expect(worst / size, name).toBeLessThanOrEqual(1e-5);
  }
}

describe('batch normalisation in training, in one kernel each way', () => {
  test.each(SHAPES)('agrees with tfjs-layers over [%i, %i, %i, %i]', async (...given) => {
    const shape = given.filter((size) => size !== undefined);
    const x = draw(shape, 1, 3);
    const pull = draw(shape, 2);
    const options = { momentum: 0.9, epsilon: 2e-3 };
    const models = [batchNormOver(shape, options), batchNormOver(shape, options)] as const;
    const fused = await outcome(networkOf(models[0]), x, pull);
    const reference = await composed(() => outcome(networkOf(models[1]), x, pull));
    expectClose(fused, reference);
    expect(Object.keys(fused)).toContain('bn/gamma');
    tf.dispose([x, pull]);
    for (const model of models) model.dispose();
  });

  test('statistics are right far from zero', async () => {
    const x = draw([4, 20, 20, 4], 5, 1000);
    const c = tf.ones([4]);
    const outputs = runFused(
      FUSED.batchNorm,
      { x, gamma: c, beta: c, movingMean: c, movingVariance: c },
      { epsilon: 1e-3, decay: 0.1 },
    );
    const { mean, variance } = tf.moments(tf.sub(x, 1000), [0, 1, 2]);
    const [ownMean, ownVariance] = [await outputs?.[1]?.data(), await outputs?.[2]?.data()];
    for (const [at, value] of (await mean.data()).entries()) expect((ownMean?.[at] ?? 0) - 1000).toBeCloseTo(value, 3);
    for (const [at, value] of (await variance.data()).entries()) expect(ownVariance?.[at]).toBeCloseTo(value, 3);
  });

  test('its gradient agrees with central differences', async () => {
    const shape = [3, 4, 4, 6];
    const model = batchNormOver(shape, { epsilon: 0.1 });
    const network = networkOf(model);
    const [pull, x, way] = [draw(shape, 2), draw(shape, 1), draw(shape, 8)];
    const losses = (input: tf.Tensor): tf.Tensor =>
      tf.mul(pull, tf.square(forward(network, [input], { training: true })[0] ?? tf.scalar(0)));
    const along = tf.sum(tf.mul(tf.grad((input) => tf.sum(losses(input)))(x), way));
    const h = 1e-2;
    const difference = tf.sum(tf.sub(losses(tf.add(x, tf.mul(way, h))), losses(tf.sub(x, tf.mul(way, h)))));
    const [expected = 0] = await tf.div(difference, 2 * h).data();
    const [found = 0] = await along.data();
    expect(Math.abs(expected)).toBeGreaterThan(0.1);
    expect(Math.abs(found - expected) / Math.abs(expected)).toBeLessThan(2e-3);
    model.dispose();
  });

  test('a layer without gamma or beta, which tfjs-layers cannot train, is normalised all the same', async () => {
    const model = batchNormOver([8, 5], { scale: false, center: false });
    const x = draw([8, 5], 1, 2);
    const [y = tf.scalar(0)] = forward(networkOf(model), [x], { training: true });
    const { mean, variance } = tf.moments(y, 0);
    for (const value of await mean.data()) expect(value).toBeCloseTo(0, 5);
    for (const value of await variance.data()) expect(value).toBeCloseTo(1, 2);
    model.dispose();
  });

  test('another axis than the last is left to the layer', async () => {
    // Forward only: tfjs 4.22 has no gradient for it.
    const [own, other] = [batchNormOver([2, 3, 4, 5], { axis: 1 }), batchNormOver([2, 3, 4, 5], { axis: 1 })];
    const x = draw([2, 3, 4, 5], 1);
    const [y = tf.scalar(0)] = forward(networkOf(own), [x], { training: true });
    expect([...(await y.data())]).toEqual([...(await tf.tidy(() => runLayer(other, x)).data())]);
    for (const model of [own, other]) model.dispose();
  });

  test('NaN in a channel stays in it', async () => {
    const numbers = Float32Array.from({ length: 24 }, (_, at) => at % 5);
    numbers[7] = Number.NaN;
    const model = batchNormOver([4, 6]);
    const [y = tf.scalar(0)] = forward(networkOf(model), [tf.tensor2d(numbers, [4, 6])], { training: true });
    expect(Array.from(await y.data(), Number.isNaN)).toEqual(Array.from(numbers, (_, at) => at % 6 === 1));
    model.dispose();
  });

  test('leaves no tensors behind', () => {
    const model = batchNormOver([4, 6]);
    const network = networkOf(model);
    const x = draw([4, 6], 1);
    const step = (): void => {
      const { value, grads } = tf.variableGrads(() =>
        tf.sum<tf.Scalar>(forward(network, [x], { training: true })[0] ?? tf.scalar(0)),
      );
      tf.dispose(value);
      tf.dispose(grads);
    };
    step();
    const before = tf.memory().numTensors;
    for (let count = 0; count < 20; count++) step();
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});
