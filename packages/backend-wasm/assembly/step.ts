/** out = 1 where x > 0, `otherwise` elsewhere, NaN where x is NaN: the slope of relu. Floats [from, to). */
export function step(x: usize, otherwise: f32, out: usize, from: i32, to: i32): void {
  let count = to - from;
  x += (<usize>from) << 2;
  out += (<usize>from) << 2;
  const one = f32x4.splat(1);
  const other = f32x4.splat(otherwise);
  for (; count >= 4; count -= 4) {
    const value = v128.load(x);
    const slope = v128.bitselect(one, other, f32x4.gt(value, f32x4.splat(0)));
    v128.store(out, v128.bitselect(slope, value, f32x4.eq(value, value)));
    x += 16;
    out += 16;
  }
  for (; count > 0; count--) {
    const value = load<f32>(x);
    store<f32>(out, value > 0 ? 1 : value == value ? otherwise : value);
    x += 4;
    out += 4;
  }
}
