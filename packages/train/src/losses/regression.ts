import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from './with-gradient.js';

/** Mean of (y − t)² over all elements. Gradient: 2(y − t) / n. */
export function squaredErrorOf(outputs: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  const t = tf.reshape(tf.cast(targets, 'float32'), outputs.shape);
  return withGradient(outputs, (y) => {
    const error = tf.sub(y, t);
    return { value: tf.mean(tf.square(error)), gradient: tf.mul(error, 2 / y.size) };
  });
}

/** Mean of |y − t| over all elements. Gradient: sign(y − t) / n. */
export function absoluteErrorOf(outputs: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  const t = tf.reshape(tf.cast(targets, 'float32'), outputs.shape);
  return withGradient(outputs, (y) => {
    const error = tf.sub(y, t);
    return { value: tf.mean(tf.abs(error)), gradient: tf.div(tf.sign(error), y.size) };
  });
}
