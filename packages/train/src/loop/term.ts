import type * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '@graft-ml/datasets';

/** Something that training minimises beside the loss: a regulariser, or a teacher to be imitated. */
export interface Term {
  /** What it is, with its settings: a run only resumes from a checkpoint of a run with the same terms. */
  readonly name: string;
  /** Paths of nodes of the trained network whose outputs it asks for. */
  readonly watches?: readonly string[];
  /**
   * The term's value, a scalar that is added to the loss. Differentiable; called inside `tf.tidy` and the gradient tape,
   * once a step, so it reads no tensor back.
   */
  compute(view: StepView): tf.Tensor;
}

/** What a term sees of a step. Everything belongs to the step. */
export interface StepView {
  /** Targets and inputs, and in `indices` which examples these are. */
  readonly batch: Batch;
  /** [B, units]: logits for the cross-entropies (see `OutputForm`), values for regression. */
  readonly output: tf.Tensor;
  /** The outputs of the watched nodes, by path. */
  readonly activations: ReadonlyMap<string, tf.Tensor>;
  /** The trained weights, live, by name. */
  readonly weights: ReadonlyMap<string, tf.Variable>;
}
