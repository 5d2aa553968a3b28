import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';
import type { ConvolutionUnit } from './convolution-unit.js';
import { layerVariable } from './layer-weights.js';
import type { Layer } from './network.js';

/**
 * Compute a unit in one convolution. Its norm normalises by the moving statistics, so it is a factor and an offset for each
 * channel: these go into the filter and the bias, where they cost next to nothing. Differentiable in all weights.
 *
 * @param x [B, H, W, C] float32
 */
export function runConvolution(unit: ConvolutionUnit, x: tf.Tensor4D): tf.Tensor {
  const { isDepthwise, strides, padding: pad, activation } = unit;
  const { filter, bias } = tf.tidy(() => foldedWeights(unit));
  if (bias === undefined && activation === 'linear') {
    return isDepthwise ? tf.depthwiseConv2d(x, filter, strides, pad) : tf.conv2d(x, filter, strides, pad);
  }
  // Not tf.fused: that computes bias and activation apart as soon as gradients are recorded. The kernels' gradients are
  // core's own.
  return tf
    .engine()
    .runKernel(
      isDepthwise ? tf.FusedDepthwiseConv2D : tf.FusedConv2D,
      { x, filter, ...(bias === undefined ? {} : { bias }) },
      { strides, pad, dataFormat: 'NHWC', dilations: [1, 1], activation },
    );
}

function foldedWeights({ convolution: { layer }, norm, isDepthwise, epsilon }: ConvolutionUnit): {
  filter: tf.Tensor4D;
  bias?: tf.Tensor;
} {
  const filter = filterOf(layer, isDepthwise ? 'depthwise_kernel' : 'kernel');
  const bias = layerVariable(layer, 'bias')?.read();
  const mean = norm && layerVariable(norm.layer, 'moving_mean')?.read();
  const variance = norm && layerVariable(norm.layer, 'moving_variance')?.read();
  if (norm === undefined || mean === undefined || variance === undefined) {
    return { filter, ...(bias === undefined ? {} : { bias }) };
  }
  const gamma = layerVariable(norm.layer, 'gamma')?.read();
  const beta = layerVariable(norm.layer, 'beta')?.read();
  const spread = tf.rsqrt(tf.add(variance, epsilon));
  const factor = gamma === undefined ? spread : tf.mul(gamma, spread);
  const shifted = tf.mul(bias === undefined ? tf.neg(mean) : tf.sub(bias, mean), factor);
  // The last axis of a filter, and the last two of a depthwise one, are the output's channels.
  const [, , channels, multiplier] = filter.shape;
  const factors = isDepthwise ? tf.reshape(factor, [channels, multiplier]) : factor;
  return { filter: tf.mul(filter, factors), bias: beta === undefined ? shifted : tf.add(beta, shifted) };
}

function filterOf(layer: Layer, name: string): tf.Tensor4D {
  const filter = layerVariable(layer, name)?.read();
  if (filter !== undefined && isFilter(filter)) return filter;
  throw new GraftError({ code: 'internal', what: `The convolution "${layer.name}" has no "${name}" of rank 4.` });
}

function isFilter(tensor: tf.Tensor): tensor is tf.Tensor4D {
  return tensor.rank === 4;
}
