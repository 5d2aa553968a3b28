import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { wasm } from '@graft-ml/backend-wasm';
import { networkOf, predict, useBackend } from '@graft-ml/core';
import { exportOnnx } from '../src/export/index.js';
import { efficientnet, mobilenetV1, mobilenetV2, resnet, seedCnn } from '../src/index.js';
import { fillByFormula, formula } from './formula-weights.js';
import { farthest, runOnnx } from './onnx-session.js';

// Before the lists of models are made.
await useBackend(wasm());

/** The largest difference between what the model gives here and what its export gives in onnxruntime. */
async function difference(model: layers.LayersModel, shape: readonly number[]): Promise<number> {
  const network = networkOf(model);
  fillByFormula(network);
  // Probabilities of 0 and 1 would hide every difference.
  for (const { name, variable } of network.weights) {
    if (name === 'fc/kernel') variable.assign(tf.tidy(() => tf.mul(variable, 1e-3)));
  }
  const data = formula(
    'input',
    shape.reduce((product, size) => product * size, 1),
  );
  const x = tf.tensor(data, [...shape]);
  const [output] = predict(network, [x]);
  if (output === undefined) throw new Error('no output');
  const ours = Float32Array.from(await output.data());
  const theirs = await runOnnx(await exportOnnx(model), data, shape);
  tf.dispose([x, output]);
  model.dispose();
  if (model.name.startsWith('resnet')) expect(Math.max(...ours)).toBeLessThan(0.99);
  // Relative to the largest output, for those that are no probabilities.
  return farthest(ours, theirs) / Math.max(1, ...ours.map(Math.abs));
}

const model = (shape: number[], ...chain: layers.layers.Layer[]): layers.LayersModel => {
  const input = layers.input({ shape });
  const output = chain.reduce<layers.SymbolicTensor>((x, layer) => symbolic(layer.apply(x)), input);
  return layers.model({ inputs: input, outputs: output });
};

type Case = [string, () => layers.LayersModel, number[]];

const FULL_ONLY: Case[] =
  process.env['GRAFT_FULL'] === '1'
    ? [['resnet-50', () => resnet({ depth: 50, seed: 1, inputShape: [32, 32, 3], classes: 10 }), [1, 32, 32, 3]]]
    : [];

function symbolic(output: unknown): layers.SymbolicTensor {
  if (output instanceof layers.SymbolicTensor) return output;
  throw new Error('a symbolic tensor was expected');
}

describe('what is exported gives the same in onnxruntime', () => {
  it.each<Case>([
    ['seed-cnn', () => seedCnn({ seed: 1 }), [2, 28, 28, 1]],
    ['seed-cnn for several labels', () => seedCnn({ seed: 1, units: 3, activation: 'sigmoid' }), [2, 28, 28, 1]],
    ['mobilenet-v1', () => mobilenetV1({ seed: 1, alpha: 0.25, classes: 7 }), [1, 224, 224, 3]],
    ['mobilenet-v2', () => mobilenetV2({ seed: 1, alpha: 0.35, inputShape: [96, 96, 3], classes: 5 }), [2, 96, 96, 3]],
    [
      'mobilenet-v2 without its top',
      () => mobilenetV2({ seed: 1, alpha: 0.35, inputShape: [96, 96, 3], includeTop: false }),
      [1, 96, 96, 3],
    ],
    ...(['b0', 'lite0'] as const).map((variant): Case => {
      const make = () => efficientnet({ variant, seed: 1, inputShape: [64, 64, 3], classes: 5 });
      return [`efficientnet-${variant}`, make, [1, 64, 64, 3]];
    }),
    ['resnet-18', () => resnet({ depth: 18, seed: 1, inputShape: [32, 32, 3], classes: 10 }), [1, 32, 32, 3]],
    // Twice as much time as all others together.
    ...FULL_ONLY,
  ])('%s', { timeout: 240_000 }, async (_name, make, shape) => {
    expect(await difference(make(), shape)).toBeLessThan(1e-4);
  });

  it('every padding, stride, dilation and size of convolutions and poolings', { timeout: 120_000 }, async () => {
    const cases = fc.record({
      kind: fc.constantFrom('conv', 'depthwise', 'max', 'average'),
      height: fc.integer({ min: 5, max: 12 }),
      width: fc.integer({ min: 5, max: 12 }),
      window: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 3 }),
      dilation: fc.integer({ min: 1, max: 2 }),
      padding: fc.constantFrom<('valid' | 'same')[]>('valid', 'same'),
      useBias: fc.boolean(),
      open: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async (each) => {
        const { kind, height, width, window, stride, padding, useBias } = each;
        // TensorFlow knows no stride and dilation together.
        const dilation = stride > 1 || (window - 1) * each.dilation >= Math.min(height, width) ? 1 : each.dilation;
        const shared = { strides: stride, padding };
        const convolution = { ...shared, kernelSize: window, dilationRate: dilation, useBias };
        const layer = {
          conv: () => layers.layers.conv2d({ filters: 3, ...convolution }),
          // tfjs reads the dilation of a depthwise layer and does not use it: neither does its export.
          depthwise: () => layers.layers.depthwiseConv2d({ depthMultiplier: 2, ...convolution }),
          max: () => layers.layers.maxPooling2d({ poolSize: [window, window], strides: [stride, stride], padding }),
          average: () =>
            layers.layers.averagePooling2d({ poolSize: [window, window], strides: [stride, stride], padding }),
        }[kind]();
        // onnxruntime has no dilation where it works the padding out itself.
        const input = each.open && dilation === 1 ? [null, null, 2] : [height, width, 2];
        const one = layers.input({ shape: input });
        const whole = layers.model({ inputs: one, outputs: symbolic(layer.apply(one)) });
        expect(await difference(whole, [2, height, width, 2])).toBeLessThan(1e-5);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it.each([
    'relu',
    'relu6',
    'sigmoid',
    'tanh',
    'elu',
    'selu',
    'softplus',
    'softsign',
    'hardSigmoid',
    'softmax',
    'swish',
    'mish',
    'linear',
  ] as const)('the activation %s, of maps and of vectors', async (activation) => {
    const map = model(
      [4, 4, 3],
      layers.layers.conv2d({ filters: 5, kernelSize: 2 }),
      layers.layers.activation({ activation }),
    );
    expect(await difference(map, [2, 4, 4, 3])).toBeLessThan(1e-5);
    expect(await difference(model([6], layers.layers.dense({ units: 4, activation })), [3, 6])).toBeLessThan(1e-5);
  });

  it.each<Case>([
    [
      'flattened maps',
      () => model([3, 4, 2], layers.layers.flatten(), layers.layers.dense({ units: 2 })),
      [2, 3, 4, 2],
    ],
    [
      'reshaped maps',
      () =>
        model(
          [3, 4, 2],
          layers.layers.reshape({ targetShape: [4, 2, 3] }),
          layers.layers.conv2d({ filters: 2, kernelSize: 2 }),
        ),
      [2, 3, 4, 2],
    ],
    [
      'a dense layer on maps',
      () => model([3, 4, 2], layers.layers.dense({ units: 5, activation: 'relu' })),
      [2, 3, 4, 2],
    ],
    ['a softmax layer on maps', () => model([3, 4, 2], layers.layers.softmax({ axis: -1 })), [2, 3, 4, 2]],
    ['normalised vectors', () => model([6], layers.layers.batchNormalization()), [4, 6]],
    [
      'norms without scale and centre',
      () => model([4, 4, 3], layers.layers.batchNormalization({ scale: false, center: false })),
      [2, 4, 4, 3],
    ],
    [
      'rescaled pictures and uneven zeros',
      () =>
        model(
          [4, 4, 3],
          layers.layers.rescaling({ scale: 1 / 127.5, offset: -1 }),
          layers.layers.zeroPadding2d({
            padding: [
              [0, 1],
              [2, 3],
            ],
          }),
        ),
      [1, 4, 4, 3],
    ],
    [
      'leaky and exponential units',
      () => model([8], layers.layers.leakyReLU({ alpha: 0.2 }), layers.layers.elu()),
      [2, 8],
    ],
    ['the largest of each map', () => model([5, 4, 3], layers.layers.globalMaxPooling2d({})), [2, 5, 4, 3]],
    ['noise, which is nothing here', () => model([8], layers.layers.dropout({ rate: 0.5 })), [2, 8]],
  ])('%s', async (_name, make, shape) => {
    expect(await difference(make(), shape)).toBeLessThan(1e-5);
  });

  it('joined branches: sums, products by channel, extremes, concatenated in any direction', async () => {
    const input = layers.input({ shape: [4, 4, 3] });
    const conv = (): layers.SymbolicTensor =>
      symbolic(layers.layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same' }).apply(input));
    const [a, b] = [conv(), conv()];
    const squeezed = symbolic(layers.layers.globalAveragePooling2d({}).apply(a));
    const gates = symbolic(layers.layers.reshape({ targetShape: [1, 1, 3] }).apply(squeezed));
    const scaled = symbolic(layers.layers.multiply().apply([b, gates]));
    const joined = [
      layers.layers.add().apply([a, b, scaled]),
      layers.layers.maximum().apply([a, b]),
      layers.layers.minimum().apply([a, scaled]),
    ].map(symbolic);
    const wide = symbolic(layers.layers.concatenate({ axis: 2 }).apply(joined));
    const output = symbolic(layers.layers.concatenate({ axis: -1 }).apply([wide, wide]));
    expect(await difference(layers.model({ inputs: input, outputs: output }), [2, 4, 4, 3])).toBeLessThan(1e-5);
  });

  it('a layer that is called twice, whose weights are held once', async () => {
    const shared = layers.layers.dense({ units: 4, name: 'shared' });
    const input = layers.input({ shape: [4] });
    const output = symbolic(shared.apply(symbolic(shared.apply(input))));
    const twice = layers.model({ inputs: input, outputs: output });
    const file = new TextDecoder('latin1').decode(await exportOnnx(twice));
    // Once as an initializer, and once as an input of each of the two products.
    expect(file.split('shared/kernel')).toHaveLength(4);
    expect(await difference(twice, [2, 4])).toBeLessThan(1e-5);
  });
});

describe('what cannot be exported', () => {
  it('is named, with where it sits and what to do', async () => {
    const recurrent = model([3, 2], layers.layers.lstm({ units: 2, name: 'memory' }));
    await expect(exportOnnx(recurrent)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/"memory" \(LSTM\) has no ONNX operator.*Conv2D.*safetensors/s),
    });
  });

  it('is a normalised axis that ONNX does not have', async () => {
    const made = model([3, 4, 2], layers.layers.batchNormalization({ axis: 1, name: 'rows' }));
    await expect(exportOnnx(made)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('"rows"'),
    });
  });
});
