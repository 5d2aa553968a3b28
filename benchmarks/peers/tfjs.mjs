/* Stock TensorFlow.js on its own WASM backend, used as its documentation says. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-wasm';
import { learnable, volume } from './formula.mjs';
import { forward, matmul } from './inference.mjs';
import * as networks from './networks.mjs';
import { serve } from './serve.mjs';

async function start() {
  if (!(await tf.setBackend('wasm')) || tf.getBackend() !== 'wasm') throw new Error('its WASM backend did not start');
  return { tensorflow: tf.version_core, simd: await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'), node: process.version };
}

/** `model.trainOnBatch` on batches in a fixed order. */
async function steps(model, { batch, rate = 1e-3, examples = 8 * batch }, shape, given) {
  const { data, ids } = given ?? learnable(examples, volume(shape), 10);
  model.compile({ optimizer: tf.train.adam(rate), loss: 'sparseCategoricalCrossentropy' });
  const inputs = tf.tensor(data, [examples, ...shape]);
  const targets = tf.tensor1d(Float32Array.from(ids));
  let at = 0;
  return {
    async run() {
      const [x, y] = [inputs, targets].map((all) => tf.slice(all, [at], [batch]));
      at = (at + batch) % examples;
      try {
        return { loss: await model.trainOnBatch(x, y) };
      } finally {
        tf.dispose([x, y]);
      }
    },
    dispose() {
      tf.dispose([inputs, targets]);
      model.dispose();
    },
  };
}

/** `model.fit` for one epoch. */
function epoch(model, { examples, batch }, shape) {
  const { data, ids } = learnable(examples, volume(shape), 10);
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'sparseCategoricalCrossentropy' });
  const inputs = tf.tensor(data, [examples, ...shape]);
  const targets = tf.tensor1d(Float32Array.from(ids));
  return {
    async run() {
      const { history } = await model.fit(inputs, targets, { batchSize: batch, epochs: 1, verbose: 0 });
      return { loss: Number(history['loss']?.[0]) };
    },
    dispose() {
      tf.dispose([inputs, targets]);
      model.dispose();
    },
  };
}

await serve(start, {
  'seed-cnn': (params) => steps(networks.cnn(), params, [28, 28, 1]),
  mlp: (params) => steps(networks.mlp(), params, [784]),
  embedding(params) {
    const { batch, length, words } = params;
    const { data, ids } = learnable(8 * batch, length, 10);
    const given = { data: data.map((value) => Math.floor(((value + 1) / 2) * (words - 1))), ids };
    return steps(networks.embedding(params), params, [length], given);
  },
  transformer: (params) => steps(networks.transformer(params), params, [params.length, params.width]),
  'mobilenet-step': (params) =>
    steps(networks.mobilenet(params), { ...params, examples: 4 * params.batch }, [params.side, params.side, 3]),
  async 'mobilenet-forward'(params) {
    const model = networks.mobilenet(params);
    return forward(
      params,
      (images) => model.predict(images, { batchSize: params.batch }),
      () => model.dispose(),
    );
  },
  'head-epoch': async (params) => epoch(networks.head(params), params, [params.features]),
  // Frozen as tfjs-layers freezes: the whole network runs at every step, gradients are those of the head alone.
  async 'linear-probe-naive'(params) {
    const source = networks.mobilenet(params);
    for (const layer of source.layers) layer.trainable = false;
    const features = source.getLayer('global_average_pooling2d').output;
    const outputs = tfl.layers.dense({ units: 10, activation: 'softmax' }).apply(features);
    return epoch(tfl.model({ inputs: source.inputs, outputs }), params, [params.side, params.side, 3]);
  },
  matmul,
});
process.exit(0);
