import * as tf from '@tensorflow/tfjs-core';
import { FUSED, runFused } from '../backend/fused.js';
import { GraftError } from '../errors/graft-error.js';

/** The gradients of what an activation was applied to, and of the bias that was added just before. */
export interface BeforeActivation {
  readonly dy: tf.Tensor;
  readonly bias: () => tf.Tensor;
}

/** The largest float below 6. What relu6 gives at 6 and above is 6, and there its gradient is 0. */
const BELOW_SIX = 6 - 2 ** -21;

/**
 * Back through `linear`, `relu` or `relu6`, read off its output y [..., C], and through a bias a channel. Call it before tfjs
 * asks for each gradient in a scope of its own: what the first scope made, its end would drop.
 */
export function beforeActivation(dy: tf.Tensor, y: tf.Tensor, activation: unknown): BeforeActivation {
  const sumOf = (each: tf.Tensor): BeforeActivation => ({
    dy: each,
    bias: () =>
      tf.sum(
        each,
        Array.from({ length: y.rank - 1 }, (_, axis) => axis),
      ),
  });
  if (activation === 'linear') return sumOf(dy);
  if (activation !== 'relu' && activation !== 'relu6') {
    throw new GraftError({ code: 'internal', what: `A fused layer with ${String(activation)} was differentiated.` });
  }
  if (activation === 'relu') {
    const [dx, dbias] = runFused(FUSED.reluBiasGradient, { y, dy }) ?? [];
    if (dx !== undefined && dbias !== undefined) return { dy: dx, bias: () => dbias };
  }
  const [fused] =
    runFused(FUSED.reluGradient, { x: y, dy }, { most: activation === 'relu6' ? BELOW_SIX : Infinity }) ?? [];
  if (fused !== undefined) return sumOf(fused);
  const slope = tf.step(y);
  const masked = activation === 'relu6' ? tf.mul(slope, tf.cast(tf.less(y, 6), 'float32')) : slope;
  return sumOf(tf.mul(dy, masked));
}
