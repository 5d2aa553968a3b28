import * as tf from '@tensorflow/tfjs-core';

/**
 * Scale gradients so that the square root of the sum of all their squares is at most `maxNorm`; the same factor for all,
 * as PyTorch's `clip_grad_norm_`. Call it inside `tf.tidy`. Nothing is read back: the factor stays on the engine.
 */
export function clipByGlobalNorm(gradients: ReadonlyMap<string, tf.Tensor>, maxNorm: number): Map<string, tf.Tensor> {
  const squares = Array.from(gradients.values(), (gradient) => tf.sum(tf.square(gradient)));
  const [only] = squares;
  if (only === undefined) return new Map();
  const norm = tf.sqrt(squares.length === 1 ? only : tf.addN(squares));
  const factor = tf.minimum(tf.div(maxNorm, tf.add(norm, 1e-6)), 1);
  return new Map(Array.from(gradients, ([name, gradient]) => [name, tf.mul(gradient, factor)]));
}
