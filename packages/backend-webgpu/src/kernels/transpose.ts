import * as tf from '@tensorflow/tfjs-core';
import type { ComposedKernel } from '@graft-ml/core';

/**
 * Transposing integers and booleans. tfjs 4.22's shader for them does not compile (it puts an i32 where an f32 is
 * wanted), so they travel as floats, which hold them exactly up to 2²⁴.
 */
export const transpose: ComposedKernel = {
  name: 'Transpose',
  compose({ inputs: { x }, attrs, own }) {
    if (x === undefined || x.dtype === 'float32') return undefined;
    // A cast only changes the label; arithmetic changes the buffer.
    const floats = tf.mul(tf.cast(x, 'float32'), 1);
    return tf.cast(own({ x: floats }, attrs), x.dtype);
  },
};
