import { backend_util } from '@tensorflow/tfjs-core';
import type { KernelCall } from './graft-kernel.js';
import { padding, pair, quad, rounding } from './attributes.js';

/** The geometry of a 2-D convolution over NHWC, from the attributes of the kernel call. */
export function convolution(
  call: KernelCall,
  inputShape: readonly number[],
  filterShape: readonly number[],
  depthwise: boolean,
): backend_util.Conv2DInfo {
  return backend_util.computeConv2DInfo(
    quad(inputShape, 'inputShape'),
    quad(filterShape, 'filterShape'),
    pair(call.attrs, 'strides', 1),
    pair(call.attrs, 'dilations', 1),
    padding(call.attrs),
    rounding(call.attrs),
    depthwise,
  );
}

/** Tell the module of the geometry that the next calls work on. */
export function applyGeometry(call: KernelCall, info: backend_util.Conv2DInfo): void {
  call.device.setGeometry([
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.outHeight,
    info.outWidth,
    info.outChannels,
    info.filterHeight,
    info.filterWidth,
    info.strideHeight,
    info.strideWidth,
    info.dilationHeight,
    info.dilationWidth,
    info.padInfo.top,
    info.padInfo.left,
  ]);
}

/** Floating-point operations of a convolution, and of each of its gradients. */
export function operations(info: backend_util.Conv2DInfo): number {
  const outputs = info.batchSize * info.outHeight * info.outWidth * info.outChannels;
  return 2 * outputs * info.filterHeight * info.filterWidth * info.inChannels;
}
