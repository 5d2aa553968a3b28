import type { TensorInfo } from '@tensorflow/tfjs-core';
import { numbers, text } from './attributes.js';
import { applyGeometry, convolution } from './geometry.js';
import { allFloat, input, type GraftKernel, type KernelCall } from './graft-kernel.js';

/** d filter [kh, kw, in, out] of a convolution over x [n, h, w, in] with dy [n, oh, ow, out]; tfjs WASM has none. */
export const convFilterGradient: GraftKernel = { name: 'Conv2DBackpropFilter', run };

function run(call: KernelCall): TensorInfo | undefined {
  const x = input(call, 'x');
  const dy = input(call, 'dy');
  if (!allFloat(x, dy) || text(call.attrs, 'dataFormat', 'NHWC') !== 'NHWC') return undefined;
  const info = convolution(call, x.shape, numbers(call.attrs, 'filterShape'), false);
  const { device } = call;
  const out = device.output(info.filterShape);
  applyGeometry(call, info);
  device.scratch(device.functions.convFilterGradientScratch(), (scratch) =>
    device.functions.convFilterGradient(device.address(x), device.address(dy), device.address(out), scratch),
  );
  return out;
}
