import { numbers } from '../attributes.js';
import { input, type GraftKernel } from '../graft-kernel.js';
import { axesOf, copyView } from './view.js';

/** `tf.tile`, and `tf.broadcastTo`, which is made of it. */
export const tile: GraftKernel = {
  name: 'Tile',
  run: (call) => {
    const x = input(call, 'x');
    const times = numbers(call.attrs, 'reps');
    const shape = x.shape.map((size, axis) => size * (times[axis] ?? 1));
    const axes = axesOf(x.shape).flatMap((axis, at) => [{ size: times[at] ?? 1, stride: 0 }, axis]);
    return copyView(call.device, x, axes, shape);
  },
};
