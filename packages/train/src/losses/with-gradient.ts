import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';

/**
 * A scalar function of one tensor whose gradient is computed beside its value, in the forward pass. Losses know theirs in
 * closed form: that is one product in the backward pass instead of a walk back through every op.
 */
export function withGradient(
  x: tf.Tensor,
  compute: (x: tf.Tensor) => { value: tf.Tensor; gradient: tf.Tensor },
): tf.Tensor {
  // tfjs types every argument of the function as `tensor or save function`; the save function comes last.
  const differentiable = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [input, save] = given;
    if (!(input instanceof tf.Tensor) || typeof save !== 'function') throw unexpected();
    const { value, gradient } = compute(input);
    save([gradient]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [kept] = saved;
      if (kept === undefined) throw unexpected();
      return tf.mul(kept, dy);
    };
    return { value, gradFunc };
  });
  return differentiable(x);
}

function unexpected(): GraftError {
  return new GraftError({
    code: 'internal',
    what: 'tf.customGrad passed no input or save function.',
  });
}
