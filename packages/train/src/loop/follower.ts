import type * as tf from '@tensorflow/tfjs-core';
import type { NetworkWeight } from '@graft-ml/core';

/**
 * Something that follows a training and keeps tensors of its own from step to step, such as averaged weights. What it
 * keeps is a part of checkpoints. The run owns it, starts it and disposes it; one follower serves one run.
 */
export interface Follower {
  /** What it is, with its settings: a part of the run's identity. */
  readonly name: string;
  /** Before the first step, with the weights and statistics that are not frozen. */
  start(weights: readonly NetworkWeight[]): void;
  /** After each step's update. @param step counts from 1 @param total steps in all */
  afterStep(step: number, total: number): void;
  /** What it keeps, by name. The tensors stay the follower's. */
  readonly tensors: ReadonlyMap<string, tf.Tensor>;
  /** Take these tensors, which it then owns, instead of those it keeps. */
  hold(tensors: ReadonlyMap<string, tf.Tensor>): void;
  /** Put into the weights what came of it, after the last step. */
  finish(): void;
  dispose(): void;
}
