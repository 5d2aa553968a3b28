import type { TensorInfo } from '@tensorflow/tfjs-core';
import { arithmetic } from '../device/work.js';
import { numbers, text } from './attributes.js';
import { applyGeometry, convolution, operations } from './geometry.js';
import { allFloat, input, type GraftKernel, type KernelCall } from './graft-kernel.js';

/** d x [n, h, w, in] of a convolution with filter [kh, kw, in, out] and dy [n, oh, ow, out]. */
export const convInputGradient: GraftKernel = { name: 'Conv2DBackpropInput', run };

function run(call: KernelCall): TensorInfo | undefined {
  const dy = input(call, 'dy');
  const filter = input(call, 'filter');
  if (!allFloat(dy, filter) || text(call.attrs, 'dataFormat', 'NHWC') !== 'NHWC') return undefined;
  const info = convolution(call, numbers(call.attrs, 'inputShape'), filter.shape, false);
  const { device } = call;
  const out = device.output(info.inShape);
  applyGeometry(call, info);
  const { functions } = device;
  device.scratch(functions.convInputGradientFilterBytes(), (packed) => {
    functions.packConvInputGradientFilter(device.address(filter), packed);
    device.work({
      kernel: 'convInputGradient',
      numbers: [device.address(dy), packed, device.address(out)],
      count: info.batchSize,
      nanoseconds: arithmetic(operations(info)),
      scratch: functions.convInputGradientScratch(),
    });
  });
  return out;
}
