/*
 * Whole training steps with and without fused kernels, interleaved: medians, the median of the pairs' ratios, and the
 * share of a step that is spent outside kernels.
 *
 *   node bench/fused.mjs [repetitions] [network …]      networks: cnn, batch-norm, mlp
 */
import { loadavg } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { wasm } from '@graft-ml/backend-wasm';
import { createRng, FUSED, networkOf, useBackend } from '@graft-ml/core';
import { adam, crossEntropy } from '@graft-ml/train';
import { TrainStep } from '../dist/loop/train-step.js';
import { planOf } from '../dist/loop/plan.js';

const [repetitions = '40', ...chosen] = process.argv.slice(2);

const conv = (filters, rest = {}) => layers.conv2d({ filters, kernelSize: 3, ...rest });
const NETWORKS = {
  cnn: (batch) => ({
    shape: [28, 28, 1],
    batch,
    layers: [
      conv(32, { inputShape: [28, 28, 1], activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      conv(64, { activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  }),
  'batch-norm': (batch) => ({
    shape: [24, 24, 3],
    batch,
    layers: [
      conv(16, { inputShape: [24, 24, 3], useBias: false }),
      layers.batchNormalization(),
      layers.reLU({ maxValue: 6 }),
      layers.depthwiseConv2d({ kernelSize: 3, useBias: false }),
      layers.batchNormalization(),
      layers.reLU({ maxValue: 6 }),
      layers.conv2d({ filters: 32, kernelSize: 1, useBias: false }),
      layers.batchNormalization(),
      layers.reLU({ maxValue: 6 }),
      layers.globalAveragePooling2d({}),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  }),
  mlp: (batch) => ({
    shape: [784],
    batch,
    layers: [
      layers.dense({ inputShape: [784], units: 256, activation: 'relu' }),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  }),
};

const active = await useBackend(wasm());
console.log(`${process.version}, ${JSON.stringify(active.details)}, load ${loadavg()[0].toFixed(1)}`);

const fusedKernels = Object.values(FUSED).map((name) => tf.getKernel(name, 'wasm'));
let fused = true;
function setFused(wanted) {
  if (wanted === fused) return;
  for (const config of fusedKernels) {
    if (wanted) tf.registerKernel(config);
    else tf.unregisterKernel(config.kernelName, 'wasm');
  }
  fused = wanted;
}

/** Milliseconds in kernels while `run` runs, and how many calls. */
async function inKernels(run) {
  let [milliseconds, calls, depth] = [0, 0, 0];
  const originals = tf.getKernelsForBackend('wasm');
  for (const config of originals) {
    tf.unregisterKernel(config.kernelName, 'wasm');
    tf.registerKernel({
      ...config,
      kernelFunc: (params) => {
        const start = performance.now();
        depth++;
        try {
          return config.kernelFunc(params);
        } finally {
          depth--;
          if (depth === 0) {
            milliseconds += performance.now() - start;
            calls++;
          }
        }
      },
    });
  }
  const start = performance.now();
  await run();
  const total = performance.now() - start;
  for (const config of originals) {
    tf.unregisterKernel(config.kernelName, 'wasm');
    tf.registerKernel(config);
  }
  return { share: 1 - milliseconds / total, calls };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

for (const name of chosen.length > 0 ? chosen : Object.keys(NETWORKS)) {
  for (const batch of [32, 128]) {
    const { shape, layers: list } = NETWORKS[name](batch);
    const model = sequential({ layers: list });
    const rng = createRng(1);
    const inputs = tf.randomNormal([batch, ...shape], 0, 1, 'float32', 3);
    const targets = tf.tensor1d(
      Int32Array.from({ length: batch }, () => rng.int(10)),
      'int32',
    );
    const data = {
      name: 'noise',
      size: batch,
      inputShapes: [shape],
      target: { kind: 'classes', labels: Array.from({ length: 10 }, (_, id) => String(id)) },
      classes: Int32Array.from(await targets.data()),
      fingerprint: () => Promise.resolve('noise'),
      batch: (indices) =>
        Promise.resolve({ inputs: [tf.clone(inputs)], targets: tf.clone(targets), indices: Int32Array.from(indices) }),
    };
    const plan = planOf({
      network: networkOf(model),
      data,
      loss: crossEntropy(),
      optimizer: adam(),
      steps: 1,
      batchSize: batch,
      seed: 1,
    });
    const step = new TrainStep(plan, createRng(1));
    const indices = Int32Array.from({ length: batch }, (_, at) => at);
    let count = 0;
    const run = () => step.run(++count, indices);
    const times = { true: [], false: [] };
    const shares = { true: [], false: [] };
    const calls = {};
    for (let round = -4; round < Number(repetitions); round++) {
      for (const on of round % 2 === 0 ? [true, false] : [false, true]) {
        setFused(on);
        const start = performance.now();
        await run();
        const spent = performance.now() - start;
        if (round >= 0) times[on].push(spent);
      }
    }
    for (let round = 0; round < 15; round++) {
      for (const on of [true, false]) {
        setFused(on);
        const found = await inKernels(run);
        shares[on].push(found.share);
        calls[on] = found.calls;
      }
    }
    setFused(true);
    const ratios = times.true.map((each, at) => each / times.false[at]).sort((a, b) => a - b);
    const at = (part) => ratios[Math.floor(ratios.length * part)].toFixed(3);
    console.log(
      `${name} ${batch}: fused ${median(times.true).toFixed(2)} ms, composed ${median(times.false).toFixed(2)} ms ` +
        `(least ${Math.min(...times.true).toFixed(2)} and ${Math.min(...times.false).toFixed(2)}); ` +
        `ratio ${at(0.5)} (quartiles ${at(0.25)} … ${at(0.75)}); kernels ${calls.true} / ${calls.false}; ` +
        `outside kernels ${(100 * median(shares.true)).toFixed(1)} % / ${(100 * median(shares.false)).toFixed(1)} %; ` +
        `load ${loadavg()[0].toFixed(1)}`,
    );
    step.dispose();
    tf.dispose([inputs, targets]);
    model.dispose();
  }
}
