import { backend_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { padding, pair, quad, rounding } from './attributes.js';
import { applyGeometry } from './geometry.js';
import { traffic } from '../device/work.js';
import { allFloat, dimension, input, type GraftKernel, type KernelCall } from './graft-kernel.js';

/** `tf.maxPool` of x [n, h, w, c]; tfjs's own is slower, and gives -∞ for a window that begins with NaN. */
export const maxPool: GraftKernel = {
  name: 'MaxPool',
  run: (call) => {
    const x = input(call, 'x');
    if (!allFloat(x) || x.shape.length !== 4) return undefined;
    const info = poolOf(call, x);
    applyGeometry(call, info);
    const { device } = call;
    const out = device.output(info.outShape);
    run(call, 'maxPool', [device.address(x), device.address(out)], x);
    return out;
  },
};

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
  applyGeometry(call, poolOf(call, x));
  return call.device.output(x.shape);
}

function poolOf(call: KernelCall, x: TensorInfo): backend_util.Conv2DInfo {
  return backend_util.computePool2DInfo(
    quad(x.shape, 'input'),
    pair(call.attrs, 'filterSize', 1),
    pair(call.attrs, 'strides', 1),
    1,
    padding(call.attrs),
    rounding(call.attrs),
  );
}

function run(
  { device }: KernelCall,
  kernel: 'maxPool' | 'maxPoolGradient' | 'averagePoolGradient',
  numbers: readonly number[],
  x: TensorInfo,
): void {
  const nanoseconds = traffic(2 * util.sizeFromShape(x.shape));
  device.work({ kernel, numbers, count: dimension(x.shape, 0), nanoseconds });
}
