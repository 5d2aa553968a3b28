import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';

/**
 * The gradient of `tf.tile`: the sum over the copies. tfjs 4.22 takes a slice and an addition for each copy, thousands
 * where a mean is tiled over a sequence, as LayerNormalization does it.
 */
export const tileGradient: tf.GradConfig = {
  kernelName: 'Tile',
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => {
    const { reps } = attrs;
    if (x === undefined || Array.isArray(dy) || !Array.isArray(reps)) {
      throw new GraftError({ code: 'internal', what: 'The gradient of Tile was called without its input.' });
    }
    // Every axis as copies × size; those of one copy are left out, so that the rank stays small.
    const shape: number[] = [];
    const copies: number[] = [];
    for (const [axis, size] of x.shape.entries()) {
      const count = Number(reps[axis] ?? 1);
      if (count !== 1) copies.push(shape.push(count) - 1);
      shape.push(size);
    }
    return { x: () => tf.reshape(tf.sum(tf.reshape(dy, shape), copies), x.shape) };
  },
};
