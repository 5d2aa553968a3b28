import { util } from '@tensorflow/tfjs-core';
import { elementPass } from '../../device/element-pass.js';
import { input, type GraftKernel } from '../graft-kernel.js';

/** `tf.where` with a condition of the values' own shape. */
export const select: GraftKernel = {
  name: 'Select',
  run: (call) => {
    const [condition, a, b] = [input(call, 'condition'), input(call, 't'), input(call, 'e')];
    if (a.dtype !== b.dtype || (a.dtype !== 'float32' && a.dtype !== 'int32')) return undefined;
    if (condition.dtype !== 'bool' || !util.arraysEqual(condition.shape, a.shape)) return undefined;
    const { device } = call;
    const numbers = [condition, a, b].map((each) => device.address(each));
    return elementPass(device, { kernel: 'select', numbers, like: a, floats: 4 });
  },
};
