import * as tf from '@tensorflow/tfjs-core';
import type { NetworkWeight } from '@graft-ml/core';

/**
 * Copies of some weights' values. A copy shares its buffer with the weight until training replaces that, so taking one
 * costs nothing and keeping one costs as much memory as the weights that changed since.
 */
export class WeightSnapshot {
  readonly #weights: readonly NetworkWeight[];
  #values: ReadonlyMap<string, tf.Tensor> = new Map();

  constructor(weights: readonly NetworkWeight[]) {
    this.#weights = weights;
  }

  get values(): ReadonlyMap<string, tf.Tensor> {
    return this.#values;
  }

  /** Take the weights' present values instead of those held. */
  take(): void {
    this.hold(new Map(this.#weights.map(({ name, variable }) => [name, tf.tidy(() => tf.clone(variable))])));
  }

  /** Hold these tensors, which the snapshot then owns, instead of those held. */
  hold(values: ReadonlyMap<string, tf.Tensor>): void {
    this.dispose();
    this.#values = values;
  }

  /** Put the held values, if any, back into the weights. */
  restore(): void {
    for (const { name, variable } of this.#weights) {
      const value = this.#values.get(name);
      if (value !== undefined) variable.assign(value);
    }
  }

  dispose(): void {
    for (const value of this.#values.values()) value.dispose();
    this.#values = new Map();
  }
}
