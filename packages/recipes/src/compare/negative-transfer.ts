/** One-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom; the normal's beyond. */
const T95 = [
  6.314, 2.92, 2.353, 2.132, 2.015, 1.943, 1.895, 1.86, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753, 1.746, 1.74,
  1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697,
];
const NORMAL95 = 1.645;

/**
 * Whether a recipe did worse than scratch, beyond noise. With several seeds: a one-sided paired t-test at 5 % over the
 * seeds, which share subsets. With one seed: the difference against the sampling error of two proportions measured on
 * `testExamples` examples.
 *
 * @param recipe test accuracies, one per seed
 * @param scratch test accuracies of scratch for the same seeds, in the same order
 */
export function isNegativeTransfer(
  recipe: readonly number[],
  scratch: readonly number[],
  testExamples: number,
): boolean {
  const differences = recipe.map((value, index) => value - (scratch[index] ?? value));
  const mean = average(differences);
  if (mean >= 0) return false;
  if (differences.length < 2) {
    const variance = [average(recipe), average(scratch)].reduce(
      (sum, p) => sum + (p * (1 - p)) / Math.max(1, testExamples),
      0,
    );
    return -mean > NORMAL95 * Math.sqrt(variance);
  }
  const standardError = standardDeviation(differences) / Math.sqrt(differences.length);
  return -mean > (T95[differences.length - 2] ?? NORMAL95) * standardError;
}

export function average(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The sample standard deviation (n − 1); 0 for a single value. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = average(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
