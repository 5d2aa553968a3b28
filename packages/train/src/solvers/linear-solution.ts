/** A linear layer: outputs = features · kernel + bias. */
export interface LinearSolution {
  /** [D × outputs], row by row. */
  readonly kernel: Float32Array;
  /** [outputs] */
  readonly bias: Float32Array;
  /** The objective after each iteration; a single value where the solution has a closed form. */
  readonly losses: readonly number[];
  /** False when the iterations ran out before the gradient was small. */
  readonly converged: boolean;
}
