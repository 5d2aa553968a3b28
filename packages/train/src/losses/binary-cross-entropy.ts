import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from './with-gradient.js';

/**
 * Mean sigmoid cross-entropy of logits x and targets z, both [B, L], in the form that never overflows:
 * max(x, 0) − x·z + log(1 + exp(−|x|)). Gradient: (σ(x) − z) / (B·L).
 */
export function binaryCrossEntropyOf(logits: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  const z = tf.reshape(tf.cast(targets, 'float32'), logits.shape);
  return withGradient(logits, (x) => {
    const value = tf.mean(tf.add(tf.sub(tf.relu(x), tf.mul(x, z)), tf.log1p(tf.exp(tf.neg(tf.abs(x))))));
    return { value, gradient: tf.div(tf.sub(tf.sigmoid(x), z), x.size) };
  });
}
