/** What is applied after the bias. The numbers are the JavaScript side's too: src/kernels/activation.ts. */
const RELU: i32 = 1;
const RELU6: i32 = 2;
const LEAKY_RELU: i32 = 3;

/** In place on a fresh block of an output: add a bias a column (none when `bias` is 0), then the activation. */
export function finishBlock(
  out: usize,
  rows: i32,
  columns: i32,
  stride: i32,
  bias: usize,
  activation: i32,
  alpha: f32,
): void {
  if (bias == 0 && activation == 0) return;
  const zero = f32x4.splat(0);
  const six = f32x4.splat(6);
  const slope = f32x4.splat(alpha);
  for (let row = 0; row < rows; row++) {
    let at = out + ((<usize>row * stride) << 2);
    for (let column = 0; column < columns; column += 4) {
      const count = columns - column;
      const offset = (<usize>column) << 2;
      let value = count >= 4 ? v128.load(at) : loadPart(at, count);
      if (bias != 0) value = f32x4.add(value, count >= 4 ? v128.load(bias + offset) : loadPart(bias + offset, count));
      if (activation == RELU) value = f32x4.pmax(value, zero);
      else if (activation == RELU6) value = f32x4.pmin(f32x4.pmax(value, zero), six);
      else if (activation == LEAKY_RELU) {
        value = v128.bitselect(f32x4.mul(value, slope), value, f32x4.lt(value, zero));
      }
      if (count >= 4) v128.store(at, value);
      else storePart(at, value, count);
      at += 16;
    }
  }
}

/** The first 1 to 3 lanes; the rest are zero. Reads nothing past them. */
// @ts-ignore: decorator
@inline
export function loadPart(from: usize, count: i32): v128 {
  let value = v128.load32_zero(from);
  if (count > 1) value = v128.load_lane<f32>(from + 4, value, 1);
  if (count > 2) value = v128.load_lane<f32>(from + 8, value, 2);
  return value;
}

/** Writes the first 1 to 3 lanes and nothing past them. */
// @ts-ignore: decorator
@inline
export function storePart(to: usize, value: v128, count: i32): void {
  v128.store_lane<f32>(to, value, 0);
  if (count > 1) v128.store_lane<f32>(to + 4, value, 1);
  if (count > 2) v128.store_lane<f32>(to + 8, value, 2);
}
