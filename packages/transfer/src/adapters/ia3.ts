import * as tf from '@tensorflow/tfjs-core';
import type { AdapterMethod } from './method.js';

/**
 * IA³: each output of a layer is multiplied by a learnt number, one at the start (Liu et al. 2022,
 * https://arxiv.org/abs/2205.05638, section 3.3).
 */
export function ia3(): AdapterMethod {
  return {
    kind: 'ia3',
    settings: {},
    weights: ({ columns }) => [{ name: 'ia3_scale', shape: [columns], start: 'ones' }],
    kernel(kernel, { shape, rows, columns }, [scale]) {
      if (scale === undefined) return kernel;
      return tf.reshape(tf.mul(tf.reshape(kernel, [rows, columns]), scale), [...shape]);
    },
    bias: (bias, _form, [scale]) => (scale === undefined ? bias : tf.mul(bias, scale)),
  };
}
