/*
 * exp and log without tables: the module may hold no static data, because its memory is tfjs's.
 */

/**
 * eˣ for four x ≤ 0, to about one unit in the last place (Cephes's expf: Moshier 1992, Cody–Waite reduction by ln 2 and
 * a polynomial of degree 5). Below −87.3 it gives 0; NaN stays NaN.
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const lowest = f32x4.splat(-87.33654);
  const safe = f32x4.max(x, lowest);
  const n = f32x4.nearest(f32x4.mul(safe, f32x4.splat(1.44269504)));
  let r = f32x4.sub(safe, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  const value = f32x4.mul(p, power);
  return v128.andnot(value, f32x4.lt(x, lowest));
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
