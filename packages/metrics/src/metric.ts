/**
 * A number about a model's outputs, gathered batch by batch, so that no more than one batch is ever in memory.
 *
 * Feeding the same examples in one call or in many gives the same result to the last bit; their order only matters to
 * floating-point rounding.
 */
export interface Metric {
  /** A key for logs and records, and what early stopping is told to watch, e.g. `accuracy` or `macroF1`. */
  readonly name: string;
  /**
   * Add a batch of n examples.
   *
   * @param outputs float32 [n × outputSize], row-major: probabilities, logits or values, as the metric says
   * @param targets class ids [n], or values [n × outputSize], as the metric says
   * @param outputSize columns of `outputs`, at least 1
   * @throws GraftError `bad-input` when the sizes do not fit or a class id is out of range; the metric is then unchanged
   */
  update(outputs: Float32Array, targets: ArrayLike<number>, outputSize: number): void;
  /** The value over everything since the last reset. NaN before the first example: there is nothing to speak of. */
  result(): number;
  /** Forget every example. */
  reset(): void;
}
