import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';

/**
 * The gradient of `tf.einsum` for one or two operands, which tfjs-core 4.22 lacks on every engine.
 *
 * For `ab,bc->ac` the gradient with respect to the first operand contracts the incoming gradient with the second:
 * `ac,bc->ab`. Letters that only one operand holds and that the output sums away come back by broadcasting.
 */
export const einsumGradient: tf.GradConfig = {
  kernelName: 'Einsum',
  saveAllInputs: true,
  gradFunc: (dy, saved, attrs) => {
    const equation = attrs['equation'];
    if (Array.isArray(dy) || typeof equation !== 'string') {
      throw new GraftError({ code: 'internal', what: 'The Einsum gradient was called without its equation.' });
    }
    const [left = '', output = ''] = equation.replace(/\s/g, '').split('->');
    const terms = left.split(',');
    const gradients: Record<string, () => tf.Tensor> = {};
    for (const [index, term] of terms.entries()) {
      gradients[String(index)] = () => operandGradient(dy, saved, terms, output, index, term);
    }
    return gradients;
  },
};

function operandGradient(
  dy: tf.Tensor,
  saved: readonly tf.Tensor[],
  terms: readonly string[],
  output: string,
  index: number,
  term: string,
): tf.Tensor {
  const operand = saved[index];
  if (operand === undefined) {
    throw new GraftError({ code: 'internal', what: `The Einsum gradient has no saved operand ${index}.` });
  }
  const others = terms.filter((_, each) => each !== index);
  const factors = saved.filter((_, each) => each !== index);
  const reachable = [...term].filter(
    (letter) => output.includes(letter) || others.some((other) => other.includes(letter)),
  );
  const contracted = tf.einsum(`${[output, ...others].join(',')}->${reachable.join('')}`, dy, ...factors);
  if (reachable.length === term.length) return contracted;
  const shape = [...term].map((letter, axis) => (reachable.includes(letter) ? (operand.shape[axis] ?? 1) : 1));
  return tf.broadcastTo(tf.reshape(contracted, shape), operand.shape);
}
