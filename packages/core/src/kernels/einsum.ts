import * as tf from '@tensorflow/tfjs-core';
import type { ComposedKernel } from './composed-kernel.js';
import { runEinsum, type EinsumOps } from './run-einsum.js';

/**
 * `tf.einsum` of one or two operands. tfjs 4.22's own, the same on every engine that has one, multiplies both operands
 * out elementwise before it sums, which takes many times the memory, and throws where axes that only one operand has are
 * summed away (`bsd,dc->bc`).
 */
export const einsumKernel: ComposedKernel = {
  name: 'Einsum',
  compose({ inputs, attrs }) {
    const equation: unknown = attrs['equation'];
    return typeof equation === 'string' ? runEinsum(OPS, equation, Object.values(inputs)) : undefined;
  },
};

const OPS: EinsumOps<tf.Tensor> = {
  sum: (x, axes) => tf.sum(x, axes),
  transpose: (x, permutation) => tf.transpose(x, permutation),
  reshape: (x, shape) => tf.reshape(x, shape),
  multiply: (a, b) => tf.mul(a, b),
  product: (a, b, transposeA, transposeB) => tf.matMul(a, b, transposeA, transposeB),
};
