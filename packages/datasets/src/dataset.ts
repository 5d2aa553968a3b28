import type * as tf from '@tensorflow/tfjs-core';
import type { TargetSpec } from '@graft-ml/core';

/**
 * Examples that can be asked for by number. The loop chooses which, in which order; a dataset only gathers them.
 *
 * Knows nothing of pictures: an example is one or more input arrays of fixed shape and a target.
 */
export interface Dataset {
  /** For messages and records, e.g. `fashion-mnist/train`. */
  readonly name: string;
  /** Number of examples; may be 0. */
  readonly size: number;
  /** One example's input shapes, without the batch, e.g. [[28, 28, 1]]. Features datasets may have several inputs. */
  readonly inputShapes: readonly (readonly number[])[];
  readonly target: TargetSpec;
  /**
   * sha256 that stands for the examples and everything done to them: equal fingerprints mean equal batches. Computed
   * on first use.
   */
  fingerprint(): Promise<string>;
  /**
   * Gather examples, in the order given. The caller owns the batch and disposes its tensors (`disposeBatch`).
   *
   * @throws GraftError `bad-input` for an index outside 0 … size−1
   */
  batch(indices: ArrayLike<number>): Promise<Batch>;
  /**
   * The class of each example, without loading inputs: for stratified splits. Undefined unless `target.kind` is `classes`.
   */
  readonly classes?: Int32Array;
}

/** Gathered examples. */
export interface Batch {
  /** One float32 tensor per input, [B, ...shape]. */
  readonly inputs: readonly tf.Tensor[];
  /**
   * classes: int32 [B], or where examples are mixed their shares of the classes, float32 [B, labels]; multi-label: float32
   * [B, labels] of 0 and 1; values: float32 [B, values].
   */
  readonly targets: tf.Tensor;
  /** Which examples of the dataset these are. */
  readonly indices: Int32Array;
}

/** Dispose a batch's tensors. */
export function disposeBatch(batch: Batch): void {
  for (const input of batch.inputs) input.dispose();
  batch.targets.dispose();
}
