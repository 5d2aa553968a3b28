/*
 * Times one training step of the seed CNN (forward, backward, Adam) and shows where the time goes.
 *
 *   node bench/step.mjs [repetitions]
 */
import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { useBackend } from '@graft-ml/core';
import { wasm } from '../dist/index.js';
import { kernelTimes, time } from './measure.mjs';

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
  const labels = tf.oneHot(
    tf.tidy(() => tf.cast(tf.randomUniform([batch], 0, 10), 'int32')),
    10,
  );
  const step = async () => {
    const { value, grads } = tf.variableGrads(
      () => tf.losses.softmaxCrossEntropy(labels, model.apply(images, { training: true })),
      variables,
    );
    optimizer.applyGradients(grads);
    await value.data();
    tf.dispose([value, grads]);
  };
  const forward = async () => {
    const logits = model.predict(images, { batchSize: batch });
    await logits.data();
    logits.dispose();
  };
  console.log(`\nbatch ${batch}: step ${await time(REPETITIONS, step)}, forward ${await time(REPETITIONS, forward)}`);
  for (const { kernel, calls, milliseconds } of await kernelTimes(REPETITIONS, step)) {
    console.log(`  ${kernel.padEnd(28)} ${String(calls).padStart(5)} × ${milliseconds.toFixed(2).padStart(7)} ms`);
  }
  tf.dispose([images, labels]);
  optimizer.dispose();
  model.dispose();
}
