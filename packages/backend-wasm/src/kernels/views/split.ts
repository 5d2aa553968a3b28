import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { number, numbers } from '../attributes.js';
import { input, type GraftKernel, type KernelCall } from '../graft-kernel.js';
import { cutAlong } from './cut-out.js';

/** `tf.split`, into a number of equal parts or parts of these lengths, which tfjs-core has checked; −1 is left to tfjs. */
export const split: GraftKernel = {
  name: 'SplitV',
  run: (call) => {
    const x = input(call, 'x');
    const axis = axisOf(call, x);
    const given: unknown = call.attrs['numOrSizeSplits'];
    const whole = x.shape[axis] ?? 1;
    const lengths =
      typeof given === 'number'
        ? Array.from({ length: given }, () => whole / given)
        : numbers(call.attrs, 'numOrSizeSplits');
    return lengths.includes(-1) ? undefined : cutAlong(call.device, x, axis, lengths);
  },
};

/** `tf.unstack`. */
export const unpack: GraftKernel = {
  name: 'Unpack',
  run: (call) => {
    const x = input(call, 'value');
    const axis = axisOf(call, x);
    const shape = x.shape.filter((_, each) => each !== axis);
    const parts = cutAlong(
      call.device,
      x,
      axis,
      Array.from({ length: x.shape[axis] ?? 1 }, () => 1),
    );
    return parts?.map((part) => ({ ...part, shape }));
  },
};

function axisOf(call: KernelCall, x: TensorInfo): number {
  const [axis = 0] = util.parseAxisParam(number(call.attrs, 'axis', 0), x.shape);
  return axis;
}
