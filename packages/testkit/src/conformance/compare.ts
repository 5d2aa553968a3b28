import type { Outcome } from './plan.js';

/**
 * Throws unless `actual` has the shape and type of `expected` and agrees with it elementwise: NaN with NaN, an infinity
 * with the same infinity, and |a − e| ≤ tolerance × (1 + |e|) otherwise.
 */
export function assertSameOutcome(actual: Outcome, expected: Outcome, tolerance: number): void {
  const shapes = [actual.shape, expected.shape].map((shape) => `[${shape.join(', ')}]`);
  if (shapes[0] !== shapes[1]) throw new Error(`The shape is ${shapes[0]}; ${shapes[1]} was expected.`);
  if (actual.dtype !== expected.dtype) throw new Error(`The type is ${actual.dtype}; ${expected.dtype} was expected.`);
  for (let at = 0; at < expected.values.length; at++) {
    const a = actual.values[at] ?? 0;
    const e = expected.values[at] ?? 0;
    if (Object.is(a, e) || a === e) continue;
    if (!(Math.abs(a - e) <= tolerance * (1 + Math.abs(e)))) {
      throw new Error(`Element ${at} of ${expected.values.length} is ${a}; ${e} was expected.`);
    }
  }
}

/** Throws where `expected` is not finite and `actual` is: a NaN that goes missing would hide that training diverged. */
export function assertLoud(actual: Outcome, expected: Outcome): void {
  for (let at = 0; at < expected.values.length; at++) {
    if (!Number.isFinite(expected.values[at]) && Number.isFinite(actual.values[at])) {
      throw new Error(`Element ${at} is ${actual.values[at]}; ${expected.values[at]} was expected.`);
    }
  }
}
