/** out = x where least ≤ x ≤ most, the nearer bound elsewhere, NaN where x is NaN. Floats [from, to). */
export function clamp(x: usize, least: f32, most: f32, out: usize, from: i32, to: i32): void {
  let count = to - from;
  x += (<usize>from) << 2;
  out += (<usize>from) << 2;
  const bottom = f32x4.splat(least);
  const top = f32x4.splat(most);
  for (; count >= 4; count -= 4) {
    // One instruction each, unlike max and min, and NaN comes through.
    v128.store(out, f32x4.pmin(f32x4.pmax(v128.load(x), bottom), top));
    x += 16;
    out += 16;
  }
  for (; count > 0; count--) {
    const value = load<f32>(x);
    store<f32>(out, value < least ? least : value > most ? most : value);
    x += 4;
    out += 4;
  }
}
