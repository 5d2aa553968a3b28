import { backend_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { padding, pair, quad, rounding } from './attributes.js';
import { applyGeometry } from './geometry.js';
import { traffic } from '../device/work.js';
import { allFloat, dimension, input, type GraftKernel, type KernelCall } from './graft-kernel.js';

/** d x [n, h, w, c] of a max pool; tfjs's own searches every window once for each input pixel. */
export const maxPoolGradient: GraftKernel = {
  name: 'MaxPoolGrad',
  run: (call) => {
    const x = input(call, 'input');
    const dy = input(call, 'dy');
    if (!allFloat(x, dy)) return undefined;
    const out = prepare(call, x);
    const { device } = call;
    run(call, 'maxPoolGradient', [device.address(x), device.address(dy), device.address(out)], x);
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
    run(call, 'averagePoolGradient', [call.device.address(dy), call.device.address(out)], x);
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

function run(
  { device }: KernelCall,
  kernel: 'maxPoolGradient' | 'averagePoolGradient',
  numbers: readonly number[],
  x: TensorInfo,
): void {
  const nanoseconds = traffic(2 * util.sizeFromShape(x.shape));
  device.work({ kernel, numbers, count: dimension(x.shape, 0), nanoseconds });
}
