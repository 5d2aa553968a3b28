import * as tf from '@tensorflow/tfjs-core';
import type * as layers from '@tensorflow/tfjs-layers';
import { GraftError } from '@graft-ml/core';

/** The last size of an input shape [B, D]. @throws GraftError `bad-input` for features that are no vector */
export function widthOf(inputShape: layers.Shape | layers.Shape[], name: string): number {
  const [, width, ...more] = inputShape;
  if (typeof width === 'number' && more.length === 0) return width;
  throw new GraftError({
    code: 'bad-input',
    what: `The layer "${name}" was given features of shape ${JSON.stringify(inputShape)}.`,
    expected: 'Vectors, [batch, features], were expected.',
  });
}

/** The one input of a layer, which tfjs may hand over in a list. */
export function only(inputs: tf.Tensor | tf.Tensor[], name: string): tf.Tensor {
  const x = Array.isArray(inputs) ? inputs[0] : inputs;
  if (x === undefined) throw new GraftError({ code: 'internal', what: `"${name}" was called on nothing.` });
  return x;
}

/** A tensor [B, D] as what `matMul` takes. */
export function matrix(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [x.shape[0] ?? 1, x.shape[1] ?? 1]);
}
