/** What a learning-rate range test found: `RateSearch` of `@graft-ml/train/rate-finder` fits. */
export interface RateCurve {
  readonly points: readonly { readonly rate: number; readonly loss: number; readonly smoothed: number }[];
  /** Where the smoothed loss fell fastest. */
  readonly steepest: number;
  /** A tenth of the rate of the lowest smoothed loss. */
  readonly suggested: number;
}

/** Powers of ten within the rates, for an axis. */
export function decadesOf({ points }: RateCurve): number[] {
  const rates = points.map(({ rate }) => rate);
  // A rate that is a power of ten may miss it by a rounding.
  const [first, last] = [
    Math.ceil(Math.log10(Math.min(...rates)) - 1e-9),
    Math.floor(Math.log10(Math.max(...rates)) + 1e-9),
  ];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => 10 ** (first + at));
}

/** `1e-3`, `4.6e-4`. */
export function rateInWords(rate: number): string {
  return rate.toExponential(1).replace('.0e', 'e').replace('e+', 'e');
}
