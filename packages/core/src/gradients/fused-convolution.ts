import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';
import { beforeActivation } from './before-activation.js';

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
      const { dy, bias } = beforeActivation(dys, y, attrs['activation']);
      const run = (name: string, inputs: tf.NamedTensorMap, more: tf.NamedAttrMap): tf.Tensor =>
        tf.engine().runKernel(name, inputs, { ...attrs, ...more });
      return {
        x: () => run(inputGradient, { dy, filter }, { inputShape: x.shape }),
        filter: () => run(filterGradient, { x, dy }, { filterShape: filter.shape }),
        bias,
      };
    },
  };
}

function unexpected(name: string): GraftError {
  return new GraftError({ code: 'internal', what: `The gradient of ${name} was called without what it needs.` });
}
