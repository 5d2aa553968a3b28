import type { Rng } from '@graft-ml/core';

/**
 * Which examples each step sees: a fresh random order for every epoch, a function of the seed and the epoch alone, so
 * that training can go on from any step.
 */
export class ExampleOrder {
  readonly #rng: Rng;
  readonly #examples: number;
  readonly #batchSize: number;
  #epoch = -1;
  #order: Int32Array = new Int32Array(0);

  constructor(rng: Rng, examples: number, batchSize: number) {
    this.#rng = rng;
    this.#examples = examples;
    this.#batchSize = batchSize;
  }

  /** @param step counts from 0 */
  indices(step: number): Int32Array {
    const stepsPerEpoch = Math.ceil(this.#examples / this.#batchSize);
    const epoch = Math.floor(step / stepsPerEpoch);
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#order = this.#rng.fork(epoch).permutation(this.#examples);
    }
    const from = (step % stepsPerEpoch) * this.#batchSize;
    return this.#order.subarray(from, from + this.#batchSize);
  }
}
