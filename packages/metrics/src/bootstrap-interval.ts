import { createRng, GraftError } from '@graft-ml/core';

/** Up to this many, every sample that can be drawn is drawn. */
const MOST_EXACT = 5;
const SAMPLES = 10_000;

/**
 * The 95 % interval of the mean of some values by the percentile bootstrap (Efron 1979): the mean of samples of the same size, drawn
 * with replacement, lies between the ends in 95 % of them. It assumes no distribution, but with few values it is too narrow:
 * with five it covers the mean in about 83 % of cases. All n^n samples are taken with up to 5 values, 10,000 random ones with more.
 *
 * @param seed of the random samples
 * @returns undefined for fewer than two values
 * @throws GraftError `bad-input` for values that are not finite
 *
 * @example
 * ```ts
 * import { bootstrapInterval } from '@graft-ml/metrics/bootstrap';
 * console.log(bootstrapInterval([1, 2])); // { low: 1.0375, high: 1.9625 }
 * ```
 */
export function bootstrapInterval(
  values: readonly number[],
  seed = 0,
): { readonly low: number; readonly high: number } | undefined {
  const { length } = values;
  if (!values.every(Number.isFinite)) {
    throw new GraftError({
      code: 'bad-input',
      what: `A bootstrap of the values ${values.join(', ')} was asked for.`,
      expected: 'Finite numbers were expected.',
    });
  }
  if (length < 2) return undefined;
  const means = (length <= MOST_EXACT ? allMeans(values) : randomMeans(values, seed)).sort();
  return { low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

/** The means of all samples: sample k takes the values that k's digits to the base n name. */
function allMeans(values: readonly number[]): Float64Array {
  const { length } = values;
  return Float64Array.from({ length: length ** length }, (_, sample) => {
    let sum = 0;
    for (let draw = 0, rest = sample; draw < length; draw++, rest = Math.floor(rest / length)) {
      sum += values[rest % length] ?? 0;
    }
    return sum / length;
  });
}

function randomMeans(values: readonly number[], seed: number): Float64Array {
  const rng = createRng(seed).fork('bootstrap');
  const { length } = values;
  return Float64Array.from({ length: SAMPLES }, () => {
    let sum = 0;
    for (let draw = 0; draw < length; draw++) sum += values[rng.int(length)] ?? 0;
    return sum / length;
  });
}

/** Linear between order statistics, as NumPy's default. */
function quantile(sorted: Float64Array, q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const [low = Number.NaN, high = low] = [sorted[below], sorted[below + 1]];
  return low + (high - low) * (place - below);
}
