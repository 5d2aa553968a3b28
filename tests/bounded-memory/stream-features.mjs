/*
 * Run in a process of its own, because it measures that process's memory: extracts features to disk, trains one epoch of
 * a head on them, and prints what it took as one line of JSON.
 *
 *     node stream-features.mjs <folder> <examples> <numbers an example>
 */
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { wasm } from '@graft-ml/backend-wasm';
import { createRng, networkOf, useBackend } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import { extractFeatures } from '@graft-ml/datasets/features';
import { fit } from '@graft-ml/train';

const [, , folder = '', examples = '', width = ''] = process.argv;
const INPUTS = 16;
const CLASSES = 4;

/**
 * Examples that exist only while they are asked for: noise around a corner of the cube that is its class's.
 *
 * @param {number} size
 * @returns {import('@graft-ml/datasets').Dataset}
 */
function generated(size) {
  const rng = createRng(1);
  const classes = Int32Array.from({ length: size }, (_, index) => index % CLASSES);
  return {
    name: 'generated',
    size,
    inputShapes: [[INPUTS]],
    target: { kind: 'classes', labels: ['a', 'b', 'c', 'd'] },
    classes,
    fingerprint: () => Promise.resolve(`generated ${size}`),
    batch(indices) {
      const rows = Int32Array.from(indices);
      const values = new Float32Array(rows.length * INPUTS);
      for (const [at, index] of rows.entries()) {
        const noise = rng.fork(index);
        for (let each = 0; each < INPUTS; each++) {
          values[at * INPUTS + each] = noise.normal() + ((each >> (index % CLASSES)) & 1);
        }
      }
      return Promise.resolve({
        inputs: [tf.tensor2d(values, [rows.length, INPUTS])],
        targets: tf.tensor1d(
          rows.map((index) => classes[index] ?? 0),
          'int32',
        ),
        indices: rows,
      });
    },
  };
}

/** @param {number} inputs @param {layers.layers.Layer} layer */
function network(inputs, layer) {
  const input = layers.input({ shape: [inputs] });
  const output = layer.apply(input);
  if (!(output instanceof layers.SymbolicTensor)) throw new Error('The layer gave no symbolic tensor.');
  return networkOf(layers.model({ inputs: input, outputs: output }));
}

await useBackend(wasm());
const initializer = (/** @type {number} */ seed) => layers.initializers.glorotUniform({ seed });
const trunk = network(
  INPUTS,
  layers.layers.dense({ units: Number(width), activation: 'relu', kernelInitializer: initializer(1) }),
);
const head = network(
  Number(width),
  layers.layers.dense({ units: CLASSES, activation: 'softmax', kernelInitializer: initializer(2) }),
);
const before = process.memoryUsage.rss();
const started = performance.now();
const store = fileStore(folder);
const features = await extractFeatures(trunk, generated(Number(examples)), { store, memoryLimit: 2 ** 20 });
const extracted = performance.now();
const training = fit({ network: head, data: features, epochs: 1, batchSize: 64, seed: 1 });
const { history } = await training.result();
process.stdout.write(
  JSON.stringify({
    featureBytes: features.size * Number(width) * 4,
    rssBefore: before,
    // In kilobytes: the highest that the system ever counted.
    rssPeak: process.resourceUsage().maxRSS * 1024,
    extractSeconds: (extracted - started) / 1000,
    epochSeconds: (performance.now() - extracted) / 1000,
    accuracy: history.at(-1)?.trainAccuracy,
  }),
);
