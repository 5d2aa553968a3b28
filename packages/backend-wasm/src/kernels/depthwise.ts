import type { TensorInfo } from '@tensorflow/tfjs-core';
import { text } from './attributes.js';
import { convolution } from './geometry.js';
import { input, type GraftKernel, type KernelCall } from './graft-kernel.js';

/*
 * tfjs's depthwise convolutions, with one mistake mended: asked for 'same' padding with a stride greater than the
 * kernel, its library computes a wrong padding. Given the padding as numbers it is right.
 */

export const depthwise: GraftKernel = { name: 'DepthwiseConv2dNative', run };
export const fusedDepthwise: GraftKernel = { name: 'FusedDepthwiseConv2D', run };

function run(call: KernelCall): TensorInfo | undefined {
  if (call.attrs['pad'] !== 'same' || text(call.attrs, 'dataFormat', 'NHWC') !== 'NHWC') return undefined;
  const { padInfo } = convolution(call, input(call, 'x').shape, input(call, 'filter').shape, true);
  const pad = [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ];
  return call.original({ ...call.attrs, pad });
}
