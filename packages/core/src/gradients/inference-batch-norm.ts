import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';

/**
 * The gradient of `tf.batchNorm` by given statistics, over the last axis: with s = 1/√(variance + ε), dx is dy·γ·s, dγ is
 * Σ dy·(x − mean)·s, dβ is Σ dy. tfjs 4.22 tiles every statistic to the size of x first.
 */
export const inferenceBatchNormGradient: tf.GradConfig = {
  kernelName: 'FusedBatchNorm',
  inputsToSave: ['x', 'mean', 'variance', 'scale'],
  gradFunc: (dy, saved, attrs) => {
    const [x, mean, variance, scale] = saved;
    if (x === undefined || mean === undefined || variance === undefined || Array.isArray(dy)) {
      throw new GraftError({ code: 'internal', what: 'The gradient of FusedBatchNorm was called without its inputs.' });
    }
    const epsilon = Number(attrs['varianceEpsilon']);
    // Statistics are [C], or of the rank of x: gradients sum over what was broadcast.
    const summed = (tensor: tf.Tensor, like: tf.Tensor): tf.Tensor => {
      const axes = tf.broadcast_util.getReductionAxes(like.shape, tensor.shape);
      return tf.reshape(axes.length === 0 ? tensor : tf.sum(tensor, axes), like.shape);
    };
    const inverse = (): tf.Tensor => tf.rsqrt(tf.add(variance, epsilon));
    const factor = (): tf.Tensor => (scale === undefined ? inverse() : tf.mul(scale, inverse()));
    const centred = (): tf.Tensor => tf.mul(dy, tf.sub(x, mean));
    return {
      x: () => tf.mul(dy, factor()),
      mean: () => tf.neg(tf.mul(summed(dy, mean), factor())),
      variance: () => tf.mul(summed(centred(), variance), tf.mul(-0.5, tf.mul(factor(), tf.square(inverse())))),
      scale: () => tf.mul(summed(centred(), mean), inverse()),
      offset: () => summed(dy, mean),
    };
  },
};
