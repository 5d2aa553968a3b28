/** The largest of `count` floats; NaN when one is among them, as tfjs's max; −∞ of none. */
export function largest(x: usize, count: i32): f32 {
  let most: f32 = -Infinity;
  if (count >= 4) {
    // pmax is one instruction, but may drop a NaN: those are looked for beside it.
    let four = f32x4.splat(-Infinity);
    let missing = f32x4.splat(0);
    for (; count >= 4; count -= 4) {
      const value = v128.load(x);
      four = f32x4.pmax(four, value);
      missing = v128.or(missing, f32x4.ne(value, value));
      x += 16;
    }
    if (v128.any_true(missing)) return NaN;
    most = max<f32>(
      max<f32>(f32x4.extract_lane(four, 0), f32x4.extract_lane(four, 1)),
      max<f32>(f32x4.extract_lane(four, 2), f32x4.extract_lane(four, 3)),
    );
  }
  for (; count > 0; count--) {
    most = max<f32>(most, load<f32>(x));
    x += 4;
  }
  return most;
}

/** out[r] = the largest of row r of x [rows, columns], for the rows [from, to). */
export function rowMax(x: usize, columns: i32, out: usize, from: i32, to: i32): void {
  for (let r = from; r < to; r++) {
    store<f32>(out + (<usize>r << 2), largest(x + ((<usize>r * <usize>columns) << 2), columns));
  }
}
