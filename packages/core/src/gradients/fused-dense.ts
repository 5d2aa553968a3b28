import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';
import { beforeActivation } from './before-activation.js';

/** Of the kernel that computes a product of matrices, neither transposed, its bias and its relu at once. tfjs has none. */
export const fusedDenseGradient: tf.GradConfig = {
  kernelName: tf._FusedMatMul,
  inputsToSave: ['a', 'b'],
  outputsToSave: [true],
  gradFunc: (dys, saved, attrs) => {
    const [a, b, y] = saved;
    if (a === undefined || b === undefined || y === undefined || Array.isArray(dys)) {
      throw new GraftError({
        code: 'internal',
        what: 'The gradient of _FusedMatMul was called without what it needs.',
      });
    }
    const { dy, bias } = beforeActivation(dys, y, attrs['activation']);
    return { a: () => tf.matMul(dy, b, false, true), b: () => tf.matMul(a, dy, true, false), bias };
  },
};
