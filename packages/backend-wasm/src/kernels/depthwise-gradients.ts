import { numbers } from './attributes.js';
import { applyGeometry, convolution } from './geometry.js';
import { allFloat, input, type GraftKernel } from './graft-kernel.js';

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
    device.functions.depthwiseFilterGradient(device.address(x), device.address(dy), device.address(out));
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
    device.functions.depthwiseInputGradient(device.address(dy), device.address(filter), device.address(out));
    return out;
  },
};
