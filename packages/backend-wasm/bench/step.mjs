/*
 * Times one training step of the seed CNN (forward, backward, Adam) and shows where the time goes.
 *
 *   node bench/step.mjs [repetitions]
 */
import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { useBackend } from '@graft-ml/core';
import { wasm } from '../dist/index.js';
import { kernelTimes, median } from './measure.mjs';

const REPETITIONS = Number(process.argv[2] ?? 30);

function seedNetwork() {
  return sequential({
    layers: [
      layers.conv2d({ inputShape: [28, 28, 1], filters: 32, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dense({ units: 10 }),
    ],
  });
}

const active = await useBackend(wasm());
console.log(`${process.version}, ${JSON.stringify(active.details)}`);
for (const batch of [32, 128]) {
  const model = seedNetwork();
  const variables = model.trainableWeights.map((weight) => weight.read());
  const optimizer = tf.train.adam(1e-3);
  const images = tf.randomUniform([batch, 28, 28, 1]);
  const labels = tf.oneHot(tf.tidy(() => tf.cast(tf.randomUniform([batch], 0, 10), 'int32')), 10);
  const step = () =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => tf.losses.softmaxCrossEntropy(labels, model.apply(images, { training: true })),
        variables,
      );
      optimizer.applyGradients(grads);
      return value.dataSync()[0];
    });
  const forward = () => tf.tidy(() => void model.predict(images, { batchSize: batch }).dataSync());
  console.log(`\nbatch ${batch}: step ${median(REPETITIONS, step).toFixed(1)} ms, forward ${median(REPETITIONS, forward).toFixed(1)} ms`);
  for (const { kernel, calls, milliseconds } of kernelTimes(REPETITIONS, step)) {
    console.log(`  ${kernel.padEnd(28)} ${String(calls).padStart(5)} × ${milliseconds.toFixed(2).padStart(7)} ms`);
  }
  tf.dispose([images, labels]);
  optimizer.dispose();
  model.dispose();
}
