import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import { GraftError } from '../errors/graft-error.js';
import type { Layer, NetworkWeight } from './network.js';

/** The weights of one built layer, named after the path of its first node, in tfjs's own order. */
export function weightsOfLayer(layer: Layer, path: string): NetworkWeight[] {
  const trainable = new Set(gradientWeights(layer));
  const taken = new Set<string>();
  return layer.weights.map((weight) => {
    // tfjs names a weight `<layer>/<weight>`; wrappers nest deeper. Layer names may hold slashes themselves.
    const inner = weight.originalName.startsWith(`${layer.name}/`)
      ? weight.originalName.slice(layer.name.length + 1)
      : weight.originalName.slice(weight.originalName.lastIndexOf('/') + 1);
    let name = `${path}/${inner}`;
    for (let copy = 2; taken.has(name); copy++) name = `${path}/${inner}_${copy}`;
    taken.add(name);
    return {
      name,
      layer,
      shape: numericShape(weight),
      statistic: !trainable.has(weight),
      variable: variableOf(weight),
    };
  });
}

/** A layer's weight by tfjs's own name for it, such as `kernel` or `moving_mean`. */
export function layerVariable(layer: Layer, name: string): LayerVariable | undefined {
  return layer.weights.find(({ originalName }) => originalName.slice(originalName.lastIndexOf('/') + 1) === name);
}

/**
 * The weights that gradients may train. tfjs reports none of them while `layer.trainable` is false, so the flag is
 * lifted for the moment of asking.
 */
function gradientWeights(layer: Layer): LayerVariable[] {
  const flag = layer.trainable;
  if (flag) return layer.trainableWeights;
  layer.trainable = true;
  const weights = [...layer.trainableWeights];
  layer.trainable = flag;
  return weights;
}

function numericShape(weight: LayerVariable): number[] {
  return weight.shape.map((size) => size ?? 1);
}

/** The tf.Variable inside a tfjs-layers weight; `read()` is declared to give a Tensor, and gives the variable. */
function variableOf(weight: LayerVariable): tf.Variable {
  const value = weight.read();
  if (value instanceof tf.Variable) return value;
  throw new GraftError({
    code: 'unavailable',
    what: `The weight "${weight.name}" is not held in a tf.Variable.`,
    expected: '@tensorflow/tfjs-layers 4.22.0 was expected.',
  });
}
