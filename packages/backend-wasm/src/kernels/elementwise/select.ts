import { util } from '@tensorflow/tfjs-core';
import { traffic, VECTOR } from '../../device/work.js';
import { input, type GraftKernel } from '../graft-kernel.js';

/** `tf.where` with a condition of the values' own shape. */
export const select: GraftKernel = {
  name: 'Select',
  run: (call) => {
    const [condition, a, b] = [input(call, 'condition'), input(call, 't'), input(call, 'e')];
    if (a.dtype !== b.dtype || (a.dtype !== 'float32' && a.dtype !== 'int32')) return undefined;
    if (condition.dtype !== 'bool' || !util.arraysEqual(condition.shape, a.shape)) return undefined;
    const { device } = call;
    const out = device.output(a.shape, a.dtype);
    const count = util.sizeFromShape(a.shape);
    const numbers = [condition, a, b, out].map((each) => device.address(each));
    device.work({ kernel: 'select', numbers, count, align: VECTOR, nanoseconds: traffic(4 * count) });
    return out;
  },
};
