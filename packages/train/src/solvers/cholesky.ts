import { GraftError } from '@graft-ml/core';

/**
 * Solve A·X = B for a symmetric positive definite A by Cholesky's decomposition.
 *
 * @param a [n × n]; overwritten
 * @param b [n × m]
 * @returns X, [n × m]
 * @throws GraftError `bad-input` when A is not positive definite
 */
export function solvePositive(a: Float64Array, b: Float64Array, n: number, m: number): Float64Array {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (a[i * n + k] ?? 0) * (a[j * n + k] ?? 0);
      if (i > j) a[i * n + j] = sum / (a[j * n + j] ?? 1);
      else if (sum > 0) a[i * n + j] = Math.sqrt(sum);
      else throw notPositive(j);
    }
  }
  const x = Float64Array.from(b);
  for (let column = 0; column < m; column++) {
    for (let i = 0; i < n; i++) {
      let sum = x[i * m + column] ?? 0;
      for (let k = 0; k < i; k++) sum -= (a[i * n + k] ?? 0) * (x[k * m + column] ?? 0);
      x[i * m + column] = sum / (a[i * n + i] ?? 1);
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = x[i * m + column] ?? 0;
      for (let k = i + 1; k < n; k++) sum -= (a[k * n + i] ?? 0) * (x[k * m + column] ?? 0);
      x[i * m + column] = sum / (a[i * n + i] ?? 1);
    }
  }
  return x;
}

function notPositive(row: number): GraftError {
  return new GraftError({
    code: 'bad-input',
    what: `The equations have no unique solution (row ${row}).`,
    remedy: 'Use a larger l2.',
  });
}
