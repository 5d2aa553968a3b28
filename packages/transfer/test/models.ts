import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { GraftError, networkOf } from '@graft-ml/core';

const L = layers.layers;

/** One symbolic tensor from a layer that gives one. */
export function apply(
  layer: layers.layers.Layer,
  input: layers.SymbolicTensor | layers.SymbolicTensor[],
): layers.SymbolicTensor {
  const output = layer.apply(input);
  if (output instanceof layers.SymbolicTensor) return output;
  throw new Error(`${layer.name} gave no symbolic tensor`);
}

/** A small convolutional net with BatchNorm and Dropout, [8, 8, 2] → 3 classes. */
export function sequentialModel(): layers.LayersModel {
  return layers.sequential({
    layers: [
      L.conv2d({ inputShape: [8, 8, 2], filters: 4, kernelSize: 3, padding: 'same', name: 'conv1' }),
      L.batchNormalization({ name: 'bn1' }),
      L.activation({ activation: 'relu', name: 'relu1' }),
      L.maxPooling2d({ poolSize: 2, name: 'pool1' }),
      L.dropout({ rate: 0.5, name: 'drop1' }),
      L.conv2d({ filters: 5, kernelSize: 3, activation: 'relu', name: 'conv2' }),
      L.flatten({ name: 'flatten' }),
      L.dropout({ rate: 0.5, name: 'drop2' }),
      L.dense({ units: 3, activation: 'softmax', name: 'head' }),
    ],
  });
}

/** Two branches that join, and a skip from the input over both: [6] → 2 values. */
export function branchedModel(): layers.LayersModel {
  const input = layers.input({ shape: [6], name: 'x' });
  const stem = apply(L.dense({ units: 6, activation: 'tanh', name: 'stem' }), input);
  const left = apply(L.dense({ units: 5, activation: 'tanh', name: 'left' }), stem);
  const right = apply(L.dense({ units: 5, activation: 'tanh', name: 'right' }), stem);
  const sum = apply(L.add({ name: 'sum' }), [left, right]);
  const joined = apply(L.concatenate({ name: 'joined' }), [sum, stem, input]);
  const mixed = apply(L.dense({ units: 4, activation: 'tanh', name: 'mixed' }), joined);
  return layers.model({ inputs: input, outputs: apply(L.dense({ units: 2, name: 'head' }), mixed) });
}

/** A model inside a model inside a model, used behind a layer of its own: [5] → 2 classes. */
export function nestedModel(): layers.LayersModel {
  const inner = layers.sequential({
    name: 'inner',
    layers: [
      L.dense({ inputShape: [5], units: 4, activation: 'relu', name: 'fc' }),
      L.batchNormalization({ name: 'bn' }),
    ],
  });
  const backbone = layers.sequential({ name: 'backbone' });
  backbone.add(L.dense({ inputShape: [5], units: 5, activation: 'tanh', name: 'entry' }));
  backbone.add(inner);
  const input = layers.input({ shape: [5], name: 'x' });
  const features = backbone.apply(input);
  if (!(features instanceof layers.SymbolicTensor)) throw new Error('one tensor was expected');
  const head = apply(L.dense({ units: 2, activation: 'softmax', name: 'head' }), features);
  return layers.model({ inputs: input, outputs: head });
}

/** One dense layer that two inputs go through (a Siamese pair): [4], [4] → 1 value. */
export function sharedModel(): layers.LayersModel {
  const inputs = [layers.input({ shape: [4], name: 'a' }), layers.input({ shape: [4], name: 'b' })];
  const encode = L.dense({ units: 3, activation: 'tanh', name: 'encode' });
  const [a, b] = inputs.map((input) => apply(encode, input));
  if (a === undefined || b === undefined) throw new Error('two inputs were expected');
  const joined = apply(L.concatenate({ name: 'joined' }), [a, b]);
  return layers.model({ inputs, outputs: apply(L.dense({ units: 1, name: 'score' }), joined) });
}

/** Give BatchNorms statistics and scales that are not 0 and 1, so that using them makes a difference. */
export function stir(model: layers.LayersModel, seed = 5): void {
  for (const [index, { name, variable }] of networkOf(model).weights.entries()) {
    const positive = name.endsWith('moving_variance') || name.endsWith('gamma');
    const fresh = positive
      ? tf.randomUniform(variable.shape, 0.5, 1.5, 'float32', seed + index)
      : tf.randomUniform(variable.shape, -0.6, 0.6, 'float32', seed + index);
    variable.assign(fresh);
    fresh.dispose();
  }
}

/** What tfjs-layers itself predicts. */
export function reference(model: layers.LayersModel, inputs: tf.Tensor[]): Promise<number[][]> {
  const outputs = model.predict(inputs.length === 1 && inputs[0] !== undefined ? inputs[0] : inputs);
  return numbers(Array.isArray(outputs) ? outputs : [outputs]);
}

/** Each tensor's values; the tensors are disposed. */
export async function numbers(tensors: readonly tf.Tensor[]): Promise<number[][]> {
  const values = await Promise.all(tensors.map(async (tensor) => [...(await tensor.data())]));
  for (const tensor of tensors) tensor.dispose();
  return values;
}

export function expectClose(found: readonly number[][], wanted: readonly number[][], tolerance = 1e-5): void {
  if (found.length !== wanted.length) throw new Error(`${found.length} outputs instead of ${wanted.length}`);
  for (const [index, values] of wanted.entries()) {
    const mine = found[index] ?? [];
    if (mine.length !== values.length)
      throw new Error(`output ${index}: ${mine.length} values instead of ${values.length}`);
    for (const [at, value] of values.entries()) {
      const difference = Math.abs((mine[at] ?? Number.NaN) - value);
      if (!(difference <= tolerance)) throw new Error(`output ${index}, value ${at}: ${mine[at]} instead of ${value}`);
    }
  }
}

/** The bytes of every weight, by name. */
export async function weightBytes(model: layers.LayersModel): Promise<Record<string, number[]>> {
  const entries = networkOf(model).weights.map(async ({ name, variable }): Promise<[string, number[]]> => {
    return [name, [...new Uint8Array(Float32Array.from(await variable.data()).buffer)]];
  });
  return Object.fromEntries(await Promise.all(entries));
}

export function thrownBy(work: () => unknown): GraftError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof GraftError) return thrown;
    throw thrown;
  }
  throw new Error('a GraftError was expected');
}

/** The value, or a failed test. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value was expected');
  return value;
}
