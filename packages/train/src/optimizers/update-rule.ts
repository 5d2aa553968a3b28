import type * as tf from '@tensorflow/tfjs-core';

/** What a weight becomes in one step, and the optimizer's new state for it. */
export interface Updated {
  readonly value: tf.Tensor;
  /** As many as the rule has `state` names, in that order. */
  readonly state: readonly tf.Tensor[];
}

export type UpdateWeight = (value: tf.Tensor, gradient: tf.Tensor, state: readonly tf.Tensor[]) => Updated;

/**
 * An optimizer at work. Pure: it reads tensors and makes new ones; who calls it owns both.
 */
export interface UpdateRule {
  /** Names of what is kept for each weight between steps; each has the weight's shape and starts as zeros. */
  readonly state: readonly string[];
  /**
   * Fix a step's numbers for one parameter group. Call it, and what it returns, inside `tf.tidy`.
   *
   * @param step counts from 1
   */
  prepare(step: number, learningRate: number, weightDecay: number): UpdateWeight;
}
