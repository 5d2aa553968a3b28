import { exp4, expAny4 } from './exponential';
import { loadPart, storePart } from './finish';

/* The numbers of the functions are the JavaScript side's too: src/kernels/elementwise/unary.ts. */
const EXP: i32 = 0;
const TANH: i32 = 1;

/** out = f(x) for the floats [from, to). */
export function unary(f: i32, x: usize, out: usize, from: i32, to: i32): void {
  const skipped = <usize>from << 2;
  x += skipped;
  out += skipped;
  if (f == EXP) map(EXP, x, out, to - from);
  else if (f == TANH) map(TANH, x, out, to - from);
  else map(2, x, out, to - from);
}

// @ts-ignore: decorator
@inline
function map(f: i32, x: usize, out: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(out, apply(f, v128.load(x)));
    x += 16;
    out += 16;
  }
  if (count > 0) storePart(out, apply(f, loadPart(x, count)), count);
}

// @ts-ignore: decorator
@inline
function apply(f: i32, x: v128): v128 {
  return f == EXP ? expAny4(x) : f == TANH ? tanh4(x) : erf4(x);
}

/** To about two units in the last place: a polynomial below 0.625 (Cephes's tanhf, Moshier 1992), above it by e²ˣ. */
// @ts-ignore: decorator
@inline
function tanh4(x: v128): v128 {
  const size = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(2.06390887954e-2));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-5.37397155531e-2));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(1.33314422036e-1));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-3.33332819422e-1));
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, z), x), x);
  const e = exp4(f32x4.mul(size, f32x4.splat(-2)));
  const one = f32x4.splat(1);
  const far = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e));
  const sign = v128.and(x, i32x4.splat(0x80000000));
  return v128.bitselect(near, v128.or(far, sign), f32x4.lt(size, f32x4.splat(0.625)));
}

/** The formula of tfjs on every engine: Abramowitz and Stegun (1964), 7.1.26, to 1.5e-7. */
// @ts-ignore: decorator
@inline
function erf4(x: v128): v128 {
  const size = f32x4.abs(x);
  const one = f32x4.splat(1);
  const t = f32x4.div(one, f32x4.add(one, f32x4.mul(size, f32x4.splat(0.3275911))));
  let p = f32x4.splat(1.061405429);
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-1.453152027));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(1.421413741));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-0.284496736));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.254829592));
  const e = exp4(f32x4.neg(f32x4.mul(size, size)));
  const value = f32x4.sub(one, f32x4.mul(f32x4.mul(p, t), e));
  return v128.or(value, v128.and(x, i32x4.splat(0x80000000)));
}
