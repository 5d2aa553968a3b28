/**
 * dx = dy × slope, the slope of relu with an upper bound: 1 where 0 < x ≤ most, NaN where x is NaN, 0 elsewhere. One
 * product, so that NaN and infinity in dy come through as they do in the ops that this replaces. Floats [from, to).
 */
export function reluGradient(x: usize, dy: usize, most: f32, dx: usize, from: i32, to: i32): void {
  let count = to - from;
  const skipped = (<usize>from) << 2;
  x += skipped;
  dy += skipped;
  dx += skipped;
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const top = f32x4.splat(most);
  for (; count >= 4; count -= 4) {
    const value = v128.load(x);
    const inside = v128.andnot(f32x4.gt(value, zero), f32x4.gt(value, top));
    const slope = v128.bitselect(v128.and(one, inside), value, f32x4.eq(value, value));
    v128.store(dx, f32x4.mul(v128.load(dy), slope));
    x += 16;
    dy += 16;
    dx += 16;
  }
  for (; count > 0; count--) {
    const value = load<f32>(x);
    const slope: f32 = value != value ? value : value > 0 && value <= most ? 1 : 0;
    store<f32>(dx, load<f32>(dy) * slope);
    x += 4;
    dy += 4;
    dx += 4;
  }
}

/** dx = dy where least ≤ x ≤ most, 0 elsewhere and where x is NaN. Floats [from, to). */
export function clipGradient(x: usize, dy: usize, least: f32, most: f32, dx: usize, from: i32, to: i32): void {
  let count = to - from;
  const skipped = (<usize>from) << 2;
  x += skipped;
  dy += skipped;
  dx += skipped;
  const bottom = f32x4.splat(least);
  const top = f32x4.splat(most);
  for (; count >= 4; count -= 4) {
    const value = v128.load(x);
    v128.store(dx, v128.and(v128.load(dy), v128.and(f32x4.ge(value, bottom), f32x4.le(value, top))));
    x += 16;
    dy += 16;
    dx += 16;
  }
  for (; count > 0; count--) {
    const value = load<f32>(x);
    store<f32>(dx, value >= least && value <= most ? load<f32>(dy) : 0);
    x += 4;
    dy += 4;
    dx += 4;
  }
}
