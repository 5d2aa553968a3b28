import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { FUSED, useBackend } from '@graft-ml/core';
import { wasm } from '../src/index.js';
import { bitsOf, device, fused, kernel, normal, setThreads } from './bits.js';

beforeAll(async () => {
  const active = await useBackend(wasm({ threads: 2 }));
  expect(active.details).toMatchObject({ threads: 2 });
});

const size = fc.record({
  batch: fc.integer({ min: 1, max: 19 }),
  height: fc.integer({ min: 3, max: 11 }),
  width: fc.integer({ min: 3, max: 12 }),
  channels: fc.integer({ min: 1, max: 9 }),
  filters: fc.integer({ min: 1, max: 18 }),
  kernelSize: fc.integer({ min: 1, max: 3 }),
  strides: fc.integer({ min: 1, max: 2 }),
  pad: fc.constantFrom<'same' | 'valid'>('same', 'valid'),
  seed: fc.nat(1000),
});
type Size = typeof size extends fc.Arbitrary<infer Value> ? Value : never;
type Shape4 = [number, number, number, number];

/** x, filter and dy of a convolution, and the attributes of its kernels. */
function convolution(
  { batch, height, width, channels, filters, kernelSize, strides, pad, seed }: Size,
  depthwise: boolean,
) {
  const inputShape: Shape4 = [batch, height, width, channels];
  const filterShape: Shape4 = [kernelSize, kernelSize, channels, depthwise ? 1 : filters];
  const info = tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, undefined, depthwise);
  return {
    x: normal(inputShape, seed),
    filter: normal(filterShape, seed + 1),
    dy: normal(info.outShape, seed + 2),
    attrs: { strides, dilations: 1, pad, inputShape, filterShape, dataFormat: 'NHWC' },
  };
}

function classIds(count: number, classes: number, seed: number): tf.Tensor {
  return tf.cast(tf.randomUniform([count], 0, classes, 'float32', seed), 'int32');
}

function pooled({ batch, height, width, channels, kernelSize, strides, pad, seed }: Size) {
  const shape: Shape4 = [batch, height, width, channels];
  const info = tf.backend_util.computePool2DInfo(shape, kernelSize, strides, 1, pad);
  const attrs = { filterSize: kernelSize, strides, pad, dilations: 1 };
  return { x: normal(shape, seed), dy: normal(info.outShape, seed + 1), attrs };
}

function product(ta: boolean, tb: boolean) {
  return ({ height, width, channels, batch, filters, seed }: Size): tf.Tensor[] => {
    const [rows, columns, inner] = [batch * height, filters * width, channels * 7];
    const a = normal(ta ? [inner, rows] : [rows, inner], seed);
    const b = normal(tb ? [columns, inner] : [inner, columns], seed + 1);
    const bias = normal([columns], seed + 2);
    return [
      tf.matMul(a, b, ta, tb),
      ...kernel('_FusedMatMul', { a, b, bias }, { transposeA: ta, transposeB: tb, activation: 'relu' }),
    ];
  };
}

const kernels: Readonly<Record<string, (size: Size) => tf.Tensor[]>> = {
  matMul: product(false, false),
  'matMul with A transposed': product(true, false),
  'matMul with B transposed': product(false, true),
  'matMul with both transposed': product(true, true),
  'batched matMul': ({ batch, height, width, channels, seed }) => [
    tf.matMul(normal([batch, height, channels], seed), normal([batch, channels, width], seed + 1)),
  ],
  conv2d: (each) => {
    const { x, filter, attrs } = convolution(each, false);
    const bias = normal([each.filters], each.seed + 3);
    return [
      ...kernel('Conv2D', { x, filter }, attrs),
      ...kernel('FusedConv2D', { x, filter, bias }, { ...attrs, activation: 'relu6' }),
    ];
  },
  'the gradients of conv2d': (each) => {
    const { x, filter, dy, attrs } = convolution(each, false);
    return [
      ...kernel('Conv2DBackpropFilter', { x, dy }, attrs),
      ...kernel('Conv2DBackpropInput', { dy, filter }, attrs),
    ];
  },
  'the gradients of depthwiseConv2d': (each) => {
    const { x, filter, dy, attrs } = convolution(each, true);
    return [
      ...kernel('DepthwiseConv2dNativeBackpropFilter', { x, dy }, attrs),
      ...kernel('DepthwiseConv2dNativeBackpropInput', { dy, filter }, attrs),
    ];
  },
  'pooling and its gradients': (each) => {
    const { x, dy, attrs } = pooled(each);
    return [
      ...kernel('MaxPool', { x }, attrs),
      ...kernel('MaxPoolGrad', { dy, input: x, output: dy }, attrs),
      ...kernel('AvgPoolGrad', { dy, input: x }, attrs),
    ];
  },
  'sum and mean': ({ batch, height, width, channels, seed }) => {
    const x = normal([batch, height, width * channels], seed);
    const tall = normal([8192 + batch, channels], seed);
    return [tf.sum(x, 0), tf.mean(x, 1), tf.sum(x, 2), tf.sum(x), tf.sum(tall, 0), tf.mean(tall)];
  },
  'step and the gradients of relu and clipByValue': ({ batch, height, width, seed }) => {
    const [x, dy] = [normal([batch * height * width], seed), normal([batch * height * width], seed + 1)];
    return [
      tf.step(x, 0.25),
      ...fused(FUSED.reluGradient, { x, dy }, { most: 1 }),
      ...fused(FUSED.clipGradient, { x, dy }, { least: -0.5, most: 0.5 }),
    ];
  },
  'the gradient of relu and bias': ({ batch, height, width, channels, seed }) => {
    const shape = [batch * 16, height, width, channels];
    return fused(FUSED.reluBiasGradient, { y: normal(shape, seed), dy: normal(shape, seed + 1) });
  },
  'slices, bounds and batch normalisation at inference': ({ batch, height, width, channels, seed }) => {
    const x = normal([batch, height, width, channels], seed);
    const [mean, offset] = [normal([channels], seed + 1), normal([channels], seed + 2)];
    const variance = tf.square(offset);
    return [
      ...kernel('Slice', { x }, { begin: [0, 1, 1, 0], size: [batch, height - 2, width - 1, channels] }),
      ...kernel('Relu', { x }),
      ...kernel('ClipByValue', { x }, { clipValueMin: -0.5, clipValueMax: 0.5 }),
      ...kernel('FusedBatchNorm', { x, mean, variance, offset }, { varianceEpsilon: 1e-3 }),
    ];
  },
  'sums of segments': ({ batch, height, channels, filters, seed }) => {
    const ids = classIds(batch * height, filters, seed);
    return kernel(
      'UnsortedSegmentSum',
      { x: normal([batch * height, channels], seed), segmentIds: ids },
      { numSegments: filters },
    );
  },
  'comparisons, extremes and functions of elements': ({ batch, height, width, channels, seed }) => {
    const [a, b] = [normal([batch, height, width, channels], seed), normal([height, 1, channels], seed + 1)];
    const flags = tf.greater(a, b);
    return [
      tf.cast(flags, 'float32'),
      tf.cast(tf.less(a, 0), 'float32'),
      tf.maximum(a, b),
      tf.minimum(a, 0.5),
      tf.where(flags, a, tf.neg(a)),
      tf.exp(a),
      tf.tanh(a),
      tf.erf(a),
      tf.max(a, -1),
    ];
  },
  'copies of views': ({ batch, height, width, channels, seed }) => {
    const x = normal([batch, height, width, channels * 5], seed);
    const ids = classIds(batch * 3, height, seed);
    return [
      tf.transpose(x, [3, 1, 0, 2]),
      tf.transpose(x, [0, 2, 1, 3]),
      tf.transpose(x),
      tf.tile(x, [1, 2, 1, 3]),
      tf.slice(x, [0, 1, 1, 2]),
      ...tf.split(x, 5, 3),
      tf.gather(x, ids, 1),
    ];
  },
  'updates of optimizers': ({ batch, height, width, seed }) => {
    const [value, gradient, first, velocity] = [0, 1, 2, 3].map((at) => normal([batch * height, width], seed + at));
    const second = tf.square(normal([batch * height, width], seed + 4));
    if (!value || !gradient || !first || !velocity) throw new Error('No inputs.');
    const adam = { scale: 0.01, floor: 1e-6, keepFirst: 0.9, keepSecond: 0.999, decay: 0.1, decaying: 'added' };
    const sgd = { rate: 0.1, momentum: 0.9, nesterov: true, decay: 0.1, decaying: 'added' };
    return [
      ...fused(FUSED.adamUpdate, { value, gradient, first, second }, adam),
      ...fused(FUSED.sgdUpdate, { value, gradient, velocity }, sgd),
    ];
  },
  'softmax cross-entropy': ({ batch, height, filters, seed }) => {
    const rows = batch * height;
    const ids = classIds(rows, filters, seed);
    return fused(FUSED.softmaxCrossEntropy, { logits: normal([rows, filters], seed + 1), ids });
  },
  'batch normalisation and its gradient': ({ batch, height, width, channels, seed }) => {
    const x = normal([batch, height, width, channels], seed);
    const dy = normal([batch, height, width, channels], seed + 1);
    const [gamma, beta, movingMean] = [2, 3, 4].map((at) => normal([channels], seed + at));
    if (!gamma || !beta || !movingMean) throw new Error('No inputs.');
    const movingVariance = tf.square(gamma);
    const forward = fused(
      FUSED.batchNorm,
      { x, gamma, beta, movingMean, movingVariance },
      { epsilon: 1e-3, decay: 0.01 },
    );
    const [, mean, variance] = forward;
    if (!mean || !variance) throw new Error('No statistics.');
    return [...forward, ...fused(FUSED.batchNormGradient, { x, dy, mean, variance, gamma }, { epsilon: 1e-3 })];
  },
};

const samples = fc.sample(size, { seed: 11, numRuns: 12 });

/** What each kernel gives for each sample, with so many threads. */
async function outcomes(threads: number): Promise<Record<string, readonly string[]>> {
  await setThreads(threads);
  const found: Record<string, string[]> = {};
  for (const [name, run] of Object.entries(kernels)) {
    found[name] = [];
    for (const sample of samples) found[name].push(await bitsOf(tf.tidy(() => run(sample))));
  }
  return found;
}

describe('every divided kernel gives the same bits', () => {
  let alone: Record<string, readonly string[]> = {};

  beforeAll(async () => {
    alone = await outcomes(1);
  });

  test('over samples that differ', () => {
    for (const each of Object.values(alone)) expect(new Set(each).size).toBe(samples.length);
  });

  test.each([2, 3, 4])('with %i threads', async (threads) => {
    expect(await outcomes(threads)).toEqual(alone);
    expect(device().threads).toBe(threads);
  });
});

/** Losses and weights of a few steps of a small network with convolutions, pooling and batch normalisation. */
async function train(threads: number): Promise<string[]> {
  await setThreads(threads);
  const x = tf.randomNormal<tf.Rank.R4>([6, 12, 12, 3], 0, 1, 'float32', 1);
  const labels = tf.tensor2d([0, 1, 2, 3, 0, 1].map((id) => [0, 1, 2, 3].map((each) => (each === id ? 1 : 0))));
  const filters = tf.variable(tf.randomNormal<tf.Rank.R4>([3, 3, 3, 8], 0, 0.3, 'float32', 2));
  const depthwise = tf.variable(tf.randomNormal<tf.Rank.R4>([3, 3, 8, 1], 0, 0.3, 'float32', 3));
  const dense = tf.variable(tf.randomNormal<tf.Rank.R2>([8, 4], 0, 0.3, 'float32', 4));
  const variables = [filters, depthwise, dense];
  const optimizer = tf.train.adam(0.01);
  const bits: string[] = [];
  for (let step = 0; step < 3; step++) {
    const { value, grads } = tf.variableGrads(() => {
      const maps = tf.maxPool(tf.relu(tf.conv2d(x, filters, 1, 'same')), 2, 2, 'valid');
      const mixed = tf.relu6(tf.depthwiseConv2d(maps, depthwise, 1, 'same'));
      const features = tf.mean<tf.Tensor2D>(mixed, [1, 2]);
      return tf.losses.softmaxCrossEntropy<tf.Tensor2D, tf.Scalar>(labels, tf.matMul(features, dense));
    }, variables);
    optimizer.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
    tf.dispose(grads);
    bits.push(await bitsOf([value]));
  }
  bits.push(await bitsOf(variables.map((each) => tf.clone(each))));
  tf.dispose([x, labels, ...variables]);
  optimizer.dispose();
  return bits;
}

test('training gives the same bits with 1, 2 and 3 threads', async () => {
  const alone = await train(1);
  expect(new Set(alone).size).toBe(alone.length);
  expect(await train(2)).toEqual(alone);
  expect(await train(3)).toEqual(alone);
});

test('the heap may grow between kernels and under them', async () => {
  await setThreads(3);
  const before = device().heapBytes;
  const a = normal([256, 256], 1);
  const expected = await bitsOf([tf.matMul(a, a)]);
  const kept: tf.Tensor[] = [];
  while (device().heapBytes < before + 200 * 2 ** 20) {
    // Products and a kernel that clears its output, on memory that has only just come into being.
    kept.push(
      tf.zeros([2 ** 21]),
      ...kernel('AvgPoolGrad', { dy: tf.ones([8, 64, 64, 8]), input: tf.ones([8, 64, 64, 8]) }, POOL),
    );
    expect(await bitsOf([tf.matMul(a, a)])).toBe(expected);
  }
  const pooledValues = await Promise.all(kept.filter((each) => each.rank === 4).map((each) => each.data()));
  for (const values of pooledValues) expect(values.every((each) => each === 1)).toBe(true);
  tf.dispose([a, ...kept]);
});

const POOL = { filterSize: 1, strides: 1, pad: 'valid', dilations: 1 };
