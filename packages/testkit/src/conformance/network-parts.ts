import * as tf from '@tensorflow/tfjs-core';
import { createRng, type Rng } from '@graft-ml/core';

/** Seeded variables and data, the same on every engine. */
export class Weights {
  readonly all: tf.Variable[] = [];
  readonly #rng: Rng;

  constructor(seed: number) {
    this.#rng = createRng(seed);
  }

  /** A trainable variable with values of a size that keeps activations near 1. */
  make<Rank extends tf.Rank>(shape: tf.ShapeMap[Rank]): tf.Variable<Rank> {
    const fanIn = Math.max(1, tf.util.sizeFromShape(shape.slice(0, -1)));
    const variable = tf.variable<Rank>(this.#draw<Rank>(shape, 1.4 / Math.sqrt(fanIn)));
    this.all.push(variable);
    return variable;
  }

  data<Rank extends tf.Rank>(shape: tf.ShapeMap[Rank]): tf.Tensor<Rank> {
    return this.#draw<Rank>(shape, 1);
  }

  #draw<Rank extends tf.Rank>(shape: tf.ShapeMap[Rank], scale: number): tf.Tensor<Rank> {
    const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => this.#rng.normal() * scale);
    return tf.tensor<Rank>(values, shape);
  }
}

/** The loss of each example, from logits [n, classes]. */
export function crossEntropy(logits: tf.Tensor, labels: readonly number[]): tf.Tensor {
  const classes = logits.shape.at(-1) ?? 1;
  const targets = tf.oneHot(tf.tensor1d([...labels], 'int32'), classes);
  return tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), -1));
}

/** Zero mean and unit variance over `axes`. */
export function normalised(x: tf.Tensor, axes: number[]): tf.Tensor {
  const { mean, variance } = tf.moments(x, axes, true);
  return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3)));
}
