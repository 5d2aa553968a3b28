import { numbers } from '../attributes.js';
import { input, type GraftKernel } from '../graft-kernel.js';
import { axesOf, copyView } from './view.js';

/** `tf.transpose`. tfjs's takes a hundred times as long from four axes on, where no two of them stay together. */
export const transpose: GraftKernel = {
  name: 'Transpose',
  run: (call) => {
    const x = input(call, 'x');
    const order = numbers(call.attrs, 'perm');
    const axes = axesOf(x.shape);
    const turned = order.map((axis) => axes[axis] ?? { size: 1, stride: 0 });
    const shape = turned.map(({ size }) => size);
    if (order.every((axis, at) => axis === at)) return call.device.reshaped(x, shape);
    return copyView(call.device, x, turned, shape);
  },
};
