import * as tf from '@tensorflow/tfjs-core';
import { FUSED, runFused } from '../backend/fused.js';
import { GraftError } from '../errors/graft-error.js';

/**
 * Gradients of the kernels that compute a convolution, its bias and its relu at once, by what comes out of them. tfjs has
 * none: `tf.fused` takes these kernels apart where gradients are recorded. Undilated NHWC convolutions only.
 */
export const fusedConvolutionGradients: readonly tf.GradConfig[] = [
  gradientOf(tf.FusedConv2D, tf.Conv2DBackpropInput, tf.Conv2DBackpropFilter),
  gradientOf(tf.FusedDepthwiseConv2D, tf.DepthwiseConv2dNativeBackpropInput, tf.DepthwiseConv2dNativeBackpropFilter),
];

function gradientOf(kernelName: string, inputGradient: string, filterGradient: string): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['x', 'filter'],
    outputsToSave: [true],
    gradFunc: (dys, saved, attrs) => {
      const [x, filter, y] = saved;
      if (x === undefined || filter === undefined || y === undefined || Array.isArray(dys))
        throw unexpected(kernelName);
      // At once, before tfjs asks for each gradient in a scope of its own: what the first scope made, its end would drop.
      const dy = beforeActivation(dys, y, attrs['activation']);
      const run = (name: string, inputs: tf.NamedTensorMap, more: tf.NamedAttrMap): tf.Tensor =>
        tf.engine().runKernel(name, inputs, { ...attrs, ...more });
      return {
        x: () => run(inputGradient, { dy, filter }, { inputShape: x.shape }),
        filter: () => run(filterGradient, { x, dy }, { filterShape: filter.shape }),
        bias: () => tf.sum(dy, [0, 1, 2]),
      };
    },
  };
}

/** The largest float below 6. What relu6 gives at 6 and above is 6, and there its gradient is 0. */
const BELOW_SIX = 6 - 2 ** -21;

function beforeActivation(dy: tf.Tensor, y: tf.Tensor, activation: unknown): tf.Tensor {
  if (activation === 'linear') return dy;
  if (activation !== 'relu' && activation !== 'relu6') throw unexpected(String(activation));
  const [fused] =
    runFused(FUSED.reluGradient, { x: y, dy }, { most: activation === 'relu6' ? BELOW_SIX : Infinity }) ?? [];
  if (fused !== undefined) return fused;
  const slope = tf.step(y);
  return tf.mul(dy, activation === 'relu6' ? tf.mul(slope, tf.cast(tf.less(y, 6), 'float32')) : slope);
}

function unexpected(name: string): GraftError {
  return new GraftError({ code: 'internal', what: `The gradient of ${name} was called without what it needs.` });
}
