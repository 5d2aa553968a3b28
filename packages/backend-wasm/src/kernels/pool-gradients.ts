import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { padding, pair, quad, rounding } from './attributes.js';
import { applyGeometry } from './geometry.js';
import { allFloat, input, type GraftKernel, type KernelCall } from './graft-kernel.js';

/** d x [n, h, w, c] of a max pool; tfjs's own searches every window once for each input pixel. */
export const maxPoolGradient: GraftKernel = {
  name: 'MaxPoolGrad',
  run: (call) => {
    const x = input(call, 'input');
    const dy = input(call, 'dy');
    if (!allFloat(x, dy)) return undefined;
    const out = prepare(call, x);
    const { device } = call;
    device.functions.maxPoolGradient(device.address(x), device.address(dy), device.address(out));
    return out;
  },
};

/** d x [n, h, w, c] of an average pool. */
export const averagePoolGradient: GraftKernel = {
  name: 'AvgPoolGrad',
  run: (call) => {
    const x = input(call, 'input');
    const dy = input(call, 'dy');
    if (!allFloat(x, dy)) return undefined;
    const out = prepare(call, x);
    call.device.functions.averagePoolGradient(call.device.address(dy), call.device.address(out));
    return out;
  },
};

function prepare(call: KernelCall, x: TensorInfo): TensorInfo {
  const info = backend_util.computePool2DInfo(
    quad(x.shape, 'input'),
    pair(call.attrs, 'filterSize', 1),
    pair(call.attrs, 'strides', 1),
    1,
    padding(call.attrs),
    rounding(call.attrs),
  );
  applyGeometry(call, info);
  return call.device.output(x.shape);
}
