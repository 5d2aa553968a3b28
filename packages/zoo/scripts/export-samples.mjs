/*
 * Writes small networks in every format into a folder, with what they give here, for check-exports.py to read with other
 * people's programs.      node scripts/export-samples.mjs <folder>
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { wasm } from '@graft-ml/backend-wasm';
import { createRng, networkOf, predict, useBackend } from '@graft-ml/core';
import { mobilenetV1, mobilenetV2, resnet, seedCnn } from '@graft-ml/zoo';
import { exportKeras, exportKerasH5, exportOnnx, exportSafetensors } from '@graft-ml/zoo/export';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Usage: node scripts/export-samples.mjs <folder>');
mkdirSync(folder, { recursive: true });
await useBackend(wasm());

/** A network with a nested one, a layer that is called twice, branches, and every activation. */
function oddities() {
  const inner = layers.sequential({ name: 'backbone' });
  inner.add(
    layers.layers.conv2d({
      inputShape: [9, 7, 3],
      filters: 4,
      kernelSize: 3,
      strides: 2,
      padding: 'same',
      name: 'conv',
    }),
  );
  inner.add(layers.layers.batchNormalization({ name: 'norm' }));
  inner.add(layers.layers.reLU({ maxValue: 6, name: 'relu' }));
  const input = layers.input({ shape: [9, 7, 3], name: 'pixels' });
  const scaled = layers.layers.rescaling({ scale: 0.5, offset: -0.1, name: 'scale' }).apply(input);
  const map = inner.apply(scaled);
  const shared = layers.layers.conv2d({ filters: 4, kernelSize: 1, activation: 'tanh', name: 'shared' });
  const a = shared.apply(map);
  const b = shared.apply(layers.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', name: 'dw' }).apply(a));
  const padded = layers.layers
    .zeroPadding2d({
      padding: [
        [0, 1],
        [1, 0],
      ],
      name: 'pad',
    })
    .apply(layers.layers.add({ name: 'sum' }).apply([a, b]));
  const pooled = layers.layers
    .averagePooling2d({ poolSize: 2, strides: 2, padding: 'same', name: 'avg' })
    .apply(padded);
  const joined = layers.layers
    .concatenate({ name: 'both' })
    .apply([pooled, layers.layers.maxPooling2d({ poolSize: 2, padding: 'same', name: 'max' }).apply(padded)]);
  const gate = layers.layers
    .reshape({ targetShape: [1, 1, 8], name: 'gate' })
    .apply(layers.layers.globalMaxPooling2d({ name: 'most' }).apply(joined));
  const gated = layers.layers
    .multiply({ name: 'gated' })
    .apply([joined, layers.layers.activation({ activation: 'sigmoid', name: 'open' }).apply(gate)]);
  let x = layers.layers.flatten({ name: 'flat' }).apply(gated);
  for (const activation of ['relu', 'relu6', 'elu', 'selu', 'softplus', 'softsign', 'swish', 'mish']) {
    x = layers.layers.dense({ units: 6, activation, name: activation }).apply(x);
  }
  x = layers.layers
    .leakyReLU({ alpha: 0.2, name: 'leaky' })
    .apply(layers.layers.dropout({ rate: 0.4, name: 'drop' }).apply(x));
  return layers.model({
    inputs: input,
    outputs: layers.layers.dense({ units: 3, activation: 'softmax', name: 'head' }).apply(x),
    name: 'oddities',
  });
}

const samples = {
  'seed-cnn': seedCnn({ seed: 1, classes: 5 }),
  'mobilenet-v1': mobilenetV1({ seed: 1, alpha: 0.25, inputShape: [64, 64, 3], classes: 5 }),
  'mobilenet-v2': mobilenetV2({ seed: 1, alpha: 0.35, inputShape: [64, 64, 3], classes: 5 }),
  'resnet-18': resnet({ depth: 18, seed: 1, inputShape: [64, 64, 3], classes: 5 }),
  'resnet-50': resnet({ depth: 50, seed: 1, inputShape: [32, 32, 3], classes: 5 }),
  oddities: oddities(),
};

for (const [name, model] of Object.entries(samples)) {
  const network = networkOf(model);
  // Weights by chance, statistics included: what was just made would hide what goes into the wrong place.
  for (const weight of network.weights) {
    const rng = createRng(3).fork(weight.name);
    const count = weight.shape.reduce((product, size) => product * size, 1);
    const fanIn = weight.name.endsWith('depthwise_kernel') ? 9 : count / (weight.shape.at(-1) ?? 1);
    const isScale = /(gamma|variance)$/.test(weight.name);
    const values = Float32Array.from({ length: count }, () => {
      const value = 2 * rng.uniform() - 1;
      if (isScale) return 1 + 0.5 * value;
      // Probabilities of 0 and 1 would hide every difference.
      if (weight.name === 'fc/kernel') return value * 1e-4;
      return weight.name.endsWith('kernel') ? value * Math.sqrt(6 / fanIn) : 0.1 * value;
    });
    weight.variable.assign(tf.tensor(values, [...weight.shape]));
  }
  const shape = [2, ...(model.inputs[0]?.shape.slice(1) ?? [])].map(Number);
  const rng = createRng(4);
  const input = Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () =>
    Math.fround(rng.uniform()),
  );
  const [output] = predict(network, [tf.tensor(input, shape)]);
  const file = (/** @type {string} */ ending, /** @type {Uint8Array | string} */ bytes) =>
    writeFileSync(join(folder, `${name}.${ending}`), bytes);
  file('onnx', await exportOnnx(model));
  file('keras', await exportKeras(model));
  file('h5', await exportKerasH5(model));
  file('safetensors', await exportSafetensors(model));
  file('json', JSON.stringify({ shape, input, output: Array.from((await output?.data()) ?? []) }));
}
