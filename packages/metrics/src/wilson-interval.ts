import { GraftError } from '@graft-ml/core';

/** The 97.5 % quantile of the standard normal distribution. */
const Z = 1.959963984540054;

/**
 * Between which values the true share lies, with 95 % confidence, when `right` of `total` independent examples were right:
 * the score interval of Wilson 1927 (https://doi.org/10.1080/01621459.1927.10502953), which stays within [0, 1] and holds
 * for small counts and for shares near 0 and 1.
 *
 * @throws GraftError `bad-input` unless both are whole numbers, 0 ≤ right ≤ total and total ≥ 1
 *
 * @example
 * ```ts
 * import { wilsonInterval } from '@graft-ml/metrics';
 * console.log(wilsonInterval(73, 83)); // { low: 0.792…, high: 0.933… }
 * ```
 */
export function wilsonInterval(right: number, total: number): { readonly low: number; readonly high: number } {
  if (!Number.isSafeInteger(right) || !Number.isSafeInteger(total) || right < 0 || total < 1 || right > total) {
    throw new GraftError({
      code: 'bad-input',
      what: `An interval for ${right} of ${total} examples was asked for.`,
      expected: 'Whole numbers with 0 ≤ right ≤ total and total ≥ 1 were expected.',
    });
  }
  const share = right / total;
  const spread = (Z * Z) / total;
  const middle = (share + spread / 2) / (1 + spread);
  const half = (Z * Math.sqrt((share * (1 - share)) / total + spread / (4 * total))) / (1 + spread);
  // Rounding must not take a bound of 0 or 1 past it.
  return { low: right === 0 ? 0 : middle - half, high: right === total ? 1 : middle + half };
}
