/**
 * a × b + c, four lanes. One rounding where the engine has relaxed SIMD (fused), two where it has not; which of the
 * two is fixed when the module is compiled.
 */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}
