import { traffic } from '../device/work.js';
import { numbers } from './attributes.js';
import { applyGeometry, convolution, operations } from './geometry.js';
import { allFloat, input, type GraftKernel } from './graft-kernel.js';
import { sumOfParts } from './sum-of-parts.js';

/** How many parts the images of a batch are summed in. */
const PARTS = 16;

/** d filter [kh, kw, in, multiplier] of a depthwise convolution; tfjs WASM has none. */
export const depthwiseFilterGradient: GraftKernel = {
  name: 'DepthwiseConv2dNativeBackpropFilter',
  run: (call) => {
    const x = input(call, 'x');
    const dy = input(call, 'dy');
    if (!allFloat(x, dy)) return undefined;
    const info = convolution(call, x.shape, numbers(call.attrs, 'filterShape'), true);
    const { device } = call;
    const out = device.output(info.filterShape);
    applyGeometry(call, info);
    const size = Math.max(1, Math.ceil(info.batchSize / PARTS));
    sumOfParts(device, out, Math.ceil(info.batchSize / size), (parts, count) => {
      const places = [device.address(x), device.address(dy), parts, size];
      const nanoseconds = traffic(operations(info) / info.inChannels);
      device.work({ kernel: 'depthwiseFilterGradientParts', numbers: places, count, nanoseconds });
    });
    return out;
  },
};

/** d x [n, h, w, in] of a depthwise convolution; tfjs WASM has none. */
export const depthwiseInputGradient: GraftKernel = {
  name: 'DepthwiseConv2dNativeBackpropInput',
  run: (call) => {
    const dy = input(call, 'dy');
    const filter = input(call, 'filter');
    if (!allFloat(dy, filter)) return undefined;
    const info = convolution(call, numbers(call.attrs, 'inputShape'), filter.shape, true);
    const { device } = call;
    const out = device.output(info.inShape);
    applyGeometry(call, info);
    const places = [device.address(dy), device.address(filter), device.address(out)];
    const nanoseconds = traffic(operations(info) / info.inChannels);
    device.work({ kernel: 'depthwiseInputGradient', numbers: places, count: info.batchSize, nanoseconds });
    return out;
  },
};
