import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { apply, values } from './helpers.js';

const L = layers.layers;

export function convNet(): layers.LayersModel {
  return layers.sequential({
    layers: [
      L.conv2d({ inputShape: [6, 6, 1], filters: 3, kernelSize: 3, activation: 'relu', name: 'conv' }),
      L.batchNormalization({ name: 'bn' }),
      L.maxPooling2d({ poolSize: 2, name: 'pool' }),
      L.dropout({ rate: 0.5, name: 'drop' }),
      L.flatten({ name: 'flatten' }),
      L.dense({ units: 4, activation: 'softmax', name: 'head' }),
    ],
  });
}

/** A model called twice inside another, each call with a layer of its own after it. */
export function twiceNested(): layers.LayersModel {
  const encoder = layers.sequential({
    name: 'encoder',
    layers: [L.dense({ inputShape: [3], units: 2, name: 'fc' }), L.batchNormalization({ name: 'bn' })],
  });
  const inputs = [layers.input({ shape: [3], name: 'left' }), layers.input({ shape: [3], name: 'right' })];
  const encoded = inputs.map((input) => apply(encoder, input));
  return layers.model({
    inputs,
    outputs: apply(L.dense({ units: 1, name: 'score' }), apply(L.concatenate({ name: 'both' }), encoded)),
  });
}

export const predicted = async (model: layers.LayersModel, inputs: tf.Tensor | tf.Tensor[]): Promise<number[]> => {
  const output = model.predict(inputs);
  if (Array.isArray(output)) throw new Error('one output was expected');
  return values(output);
};

export const uniform = (shape: number[], seed = 1): tf.Tensor => tf.randomUniform(shape, -1, 1, 'float32', seed);
