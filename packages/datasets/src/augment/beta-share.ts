import type { Rng } from '@graft-ml/core';

/**
 * A share from Beta(alpha, alpha), by two gamma variates (Marsaglia & Tsang 2000,
 * https://doi.org/10.1145/358407.358414). Logarithms, because small alphas give variates below what a double holds.
 */
export function betaShare(rng: Rng, alpha: number): number {
  const [a, b] = [logGamma(rng.fork('a'), alpha), logGamma(rng.fork('b'), alpha)];
  return 1 / (1 + Math.exp(b - a));
}

/** The logarithm of a Gamma(alpha, 1) variate. */
function logGamma(rng: Rng, alpha: number): number {
  // A variate of alpha + 1 times a power of a uniform one is one of alpha.
  if (alpha < 1) return logGamma(rng, alpha + 1) + Math.log(1 - rng.uniform()) / alpha;
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = rng.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - rng.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}
