/* The networks of the rows, as tfjs-layers models: Graft and stock TensorFlow.js train the same ones. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { networkOf } from '@graft-ml/core';
import { mobilenetV2, seedCnn } from '@graft-ml/zoo';
import { formula, volume } from './formula.mjs';
import { SelfAttention } from './self-attention.mjs';

const { layers } = tfl;

export const mlp = () =>
  tfl.sequential({
    layers: [
      layers.dense({ units: 256, activation: 'relu', inputShape: [784] }),
      layers.dense({ units: 128, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });

export const cnn = () => seedCnn({ seed: 1 });

/** @param {{ words: number, length: number, width: number }} params */
export const embedding = ({ words, length, width }) =>
  tfl.sequential({
    layers: [
      layers.embedding({ inputDim: words, outputDim: width, inputLength: length }),
      layers.conv1d({ filters: width, kernelSize: 5, activation: 'relu' }),
      layers.globalMaxPooling1d({}),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });

/** One pre-norm transformer block. @param {{ length: number, width: number, heads: number }} params */
export function transformer({ length, width, heads }) {
  const input = tfl.input({ shape: [length, width] });
  const norm = (x) => layers.layerNormalization({ epsilon: 1e-5 }).apply(x);
  const attended = layers.add().apply([input, new SelfAttention({ heads }).apply(norm(input))]);
  const wide = layers.dense({ units: 4 * width, activation: 'relu' }).apply(norm(attended));
  const block = layers.add().apply([attended, layers.dense({ units: width }).apply(wide)]);
  const pooled = layers.globalAveragePooling1d({}).apply(block);
  return tfl.model({ inputs: input, outputs: layers.dense({ units: 10, activation: 'softmax' }).apply(pooled) });
}

/** @param {{ features: number }} params */
export const head = ({ features }) =>
  tfl.sequential({ layers: [layers.dense({ units: 10, activation: 'softmax', inputShape: [features] })] });

/**
 * MobileNet v2 whose weights are made by the formula, so that signals neither vanish nor explode where BatchNorm has
 * nothing learnt yet, and so that peers can be compared by what comes out.
 *
 * @param {{ alpha: number, side: number }} params
 */
export function mobilenet({ alpha, side }) {
  const model = mobilenetV2({ seed: 1, alpha, inputShape: [side, side, 3], classes: 10 });
  for (const { name, shape, variable } of networkOf(model).weights) {
    const count = volume(shape);
    const fanIn = name.endsWith('depthwise_kernel') ? 9 : count / (shape.at(-1) ?? 1);
    const values = formula(name, count).map((value) => {
      if (name.endsWith('/gamma') || name.endsWith('/moving_variance')) return 1 + 0.5 * value;
      return name.endsWith('kernel') ? value * Math.sqrt(6 / fanIn) : 0.1 * value;
    });
    tf.tidy(() => {
      variable.assign(tf.tensor(values, [...shape]));
    });
  }
  return model;
}
