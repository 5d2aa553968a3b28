import * as tf from '@tensorflow/tfjs-core';
import type { AdapterMethod } from './method.js';

/**
 * Residual adapters, in parallel: a 1×1 convolution of a layer's input, zero at the start, is added to the layer's output
 * (Rebuffi, Bilen & Vedaldi 2018, https://arxiv.org/abs/1803.10082, section 3). That is the same as adding it to the centre of
 * the kernel, so it goes with kernels of odd sizes, and can be merged.
 */
export function residual(): AdapterMethod {
  return {
    kind: 'residual',
    settings: {},
    weights({ shape, depthwise }) {
      const [height = 0, width = 0, inputs = 0, outputs = 0] = shape;
      if (depthwise || shape.length !== 4 || height % 2 === 0 || width % 2 === 0) return undefined;
      return [{ name: 'residual_kernel', shape: [inputs, outputs], start: 'zeros' }];
    },
    kernel(kernel, { shape }, [change]) {
      const [height = 1, width = 1, inputs = 1, outputs = 1] = shape;
      if (change === undefined) return kernel;
      const [top, left] = [(height - 1) / 2, (width - 1) / 2];
      const centre = tf.reshape(change, [1, 1, inputs, outputs]);
      return tf.add(
        kernel,
        tf.pad(centre, [
          [top, top],
          [left, left],
          [0, 0],
          [0, 0],
        ]),
      );
    },
    bias: (bias) => bias,
  };
}
