/*
 * exp and log without tables: the module may hold no static data, because its memory is tfjs's.
 */

/** 1.5 · 2²³: floats around it are whole, so that adding it rounds, and leaves the whole number in the lowest bits. */
const ROUNDING: f32 = 12582912;
const ROUNDING_BITS: i32 = 0x4b400000;

/**
 * eˣ for four x ≤ 0, to about one unit in the last place (Cephes's expf: Moshier 1992, Cody–Waite reduction by ln 2 and
 * a polynomial of degree 5). Below −87.3 it gives 0; NaN stays NaN.
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const lowest = f32x4.splat(-87.33654);
  // pmax keeps NaN where it is the first, and is one instruction.
  const safe = f32x4.pmax(x, lowest);
  const rounded = nearestExponent(safe);
  const value = f32x4.mul(fraction(safe, f32x4.sub(rounded, f32x4.splat(ROUNDING))), power(rounded));
  return v128.andnot(value, f32x4.lt(x, lowest));
}

/** eˣ for any four x, as `exp4`; infinite above 88.72. */
// @ts-ignore: decorator
@inline
export function expAny4(x: v128): v128 {
  const lowest = f32x4.splat(-87.33654);
  const highest = f32x4.splat(88.72283);
  const safe = f32x4.pmin(f32x4.pmax(x, lowest), highest);
  const rounded = nearestExponent(safe);
  // In two factors, because a float has no 2¹²⁸.
  const whole = i32x4.sub(rounded, i32x4.splat(ROUNDING_BITS));
  const first = i32x4.shr_s(whole, 1);
  const factor = fraction(safe, f32x4.sub(rounded, f32x4.splat(ROUNDING)));
  const value = f32x4.mul(f32x4.mul(factor, power(first)), power(i32x4.sub(whole, first)));
  const bounded = v128.bitselect(f32x4.splat(Infinity), value, f32x4.gt(x, highest));
  return v128.andnot(bounded, f32x4.lt(x, lowest));
}

/** The whole number next to x / ln 2, plus ROUNDING. */
// @ts-ignore: decorator
@inline
function nearestExponent(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504)), f32x4.splat(ROUNDING));
}

/** eˣ / 2ⁿ for the whole n next to x / ln 2. */
// @ts-ignore: decorator
@inline
function fraction(x: v128, n: v128): v128 {
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  return f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
}

/** 2ⁿ for −126 ≤ n ≤ 127, where n is in the nine lowest bits. */
// @ts-ignore: decorator
@inline
function power(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** The natural logarithm of a float, in double precision: x = 2ᵉ·m, log m = 2·artanh((m − 1) / (m + 1)). */
export function logOf(x: f32): f64 {
  if (!(x > 0) || x == Infinity) return x == 0 ? -Infinity : x > 0 ? <f64>x : <f64>NaN;
  const bits = reinterpret<u64>(<f64>x);
  let exponent = <i32>(bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent++;
  }
  const s = (m - 1) / (m + 1);
  const q = s * s;
  const series = 1.0 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9 + q * (1.0 / 11 + q / 13)))));
  return <f64>exponent * 0.6931471805599453 + 2 * s * series;
}
