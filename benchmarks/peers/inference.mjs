/* Work that Graft's peer and stock TensorFlow.js do by the same calls, on the engine that each has chosen. */
import * as tf from '@tensorflow/tfjs-core';
import { formula } from './formula.mjs';

/**
 * The probabilities of a batch of images, read back.
 *
 * @param {{ batch: number, side: number }} params
 * @param {(images: tf.Tensor) => tf.Tensor} predict
 * @param {() => void} disposeModel
 */
export async function forward({ batch, side }, predict, disposeModel) {
  const images = tf.tensor(formula('images', batch * side * side * 3), [batch, side, side, 3]);
  const probabilities = async () => {
    const output = predict(images);
    const values = await output.data();
    output.dispose();
    return values;
  };
  const values = await probabilities();
  return {
    // Weighted, as probabilities alone sum to the number of examples.
    check: values.reduce((sum, value, at) => sum + value * ((at % 10) + 1), 0),
    run: async () => {
      await probabilities();
    },
    dispose() {
      images.dispose();
      disposeModel();
    },
  };
}

export async function matmul({ m, k, n, transposeA, transposeB }) {
  const a = tf.tensor(formula('a', m * k), transposeA ? [k, m] : [m, k]);
  const b = tf.tensor(formula('b', k * n), transposeB ? [n, k] : [k, n]);
  const first = tf.matMul(a, b, transposeA, transposeB);
  const values = await first.data();
  first.dispose();
  return {
    check: values.reduce((sum, value) => sum + Math.abs(value), 0),
    // The engine computes as soon as it is asked: nothing need be read back.
    run: async () => tf.matMul(a, b, transposeA, transposeB).dispose(),
    dispose: () => tf.dispose([a, b]),
  };
}
