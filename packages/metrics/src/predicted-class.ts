/** What a row of outputs says when one of its numbers is NaN: nothing. */
export const NO_PREDICTION = -1;

/**
 * The index of the largest output of one row; the lower index on a tie; NO_PREDICTION when any output of the row is
 * NaN, because a model that has broken down must not be right by luck.
 */
export function predictedClass(outputs: Float32Array, row: number, outputSize: number): number {
  const from = row * outputSize;
  let best = 0;
  let largest = Number.NEGATIVE_INFINITY;
  for (let column = 0; column < outputSize; column++) {
    const output = outputs[from + column] ?? Number.NaN;
    if (Number.isNaN(output)) return NO_PREDICTION;
    if (output > largest) {
      largest = output;
      best = column;
    }
  }
  return best;
}
