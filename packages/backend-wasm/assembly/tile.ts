import { madd } from './madd';

/** Rows and columns of the register tile: 8 accumulators, 2 columns and 1 row value fit 16 vector registers. */
export const ROWS: i32 = 4;
export const COLUMNS: i32 = 8;

/**
 * One 4×8 tile of C from a packed panel of A (4 floats a step) and one of B (8 floats a step).
 *
 * @param c the tile's first element; its rows are `stride` bytes apart
 * @param accumulate add to what C holds instead of overwriting it
 */
export function tile(steps: i32, a: usize, b: usize, c: usize, stride: usize, accumulate: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  const end = a + ((<usize>steps) << 4);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = madd(a0, b0, c00);
    c01 = madd(a0, b1, c01);
    const a1 = v128.load32_splat(a, 4);
    c10 = madd(a1, b0, c10);
    c11 = madd(a1, b1, c11);
    const a2 = v128.load32_splat(a, 8);
    c20 = madd(a2, b0, c20);
    c21 = madd(a2, b1, c21);
    const a3 = v128.load32_splat(a, 12);
    c30 = madd(a3, b0, c30);
    c31 = madd(a3, b1, c31);
    a += 16;
    b += 32;
  }
  put(c, c00, c01, accumulate);
  put(c + stride, c10, c11, accumulate);
  put(c + 2 * stride, c20, c21, accumulate);
  put(c + 3 * stride, c30, c31, accumulate);
}

/** Store or add one row of a tile. */
// @ts-ignore: decorator
@inline
export function put(c: usize, left: v128, right: v128, accumulate: bool): void {
  if (accumulate) {
    v128.store(c, f32x4.add(v128.load(c), left));
    v128.store(c, f32x4.add(v128.load(c, 16), right), 16);
  } else {
    v128.store(c, left);
    v128.store(c, right, 16);
  }
}
