import { madd } from './madd';
import { put, ROWS } from './tile';

/** Three panels of A make two tiles of six rows. */
export const WIDE_ROWS: i32 = 12;

/**
 * Twelve rows and eight columns of C at a time, as far as whole dozens go, in two 6×8 tiles: the first takes a panel of
 * four rows and half of the next, the second the other half and the panel after it. So packing needs not know of it.
 *
 * A tile of six rows does 12 multiplications for every 8 loads where one of four does 8 for 6. It needs 15 of the 16
 * vector registers, and only with fused multiply-add: products in registers of their own would be the ones too many, and
 * the tile half as fast.
 *
 * @returns how many rows are done
 */
export function multiplyDozens(
  rows: i32,
  steps: i32,
  a: usize,
  b: usize,
  c: usize,
  stride: usize,
  accumulate: bool,
): i32 {
  const panel = <usize>(steps * ROWS) << 2;
  let row = 0;
  for (; row + WIDE_ROWS <= rows; row += WIDE_ROWS) {
    const second = c + 4 * stride;
    const third = second + 4 * stride;
    tile6(steps, a, a + panel, b, c, second, stride, accumulate);
    tile6(steps, a + 2 * panel, a + panel + 8, b, third, second + 2 * stride, stride, accumulate);
    a += 3 * panel;
    c = third + 4 * stride;
  }
  return row;
}

/** Four rows of C at `c` from the panel `a`, and two at `more` from the two rows that `half` points to in its panel. */
function tile6(
  steps: i32,
  a: usize,
  half: usize,
  b: usize,
  c: usize,
  more: usize,
  stride: usize,
  accumulate: bool,
): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0);
  let c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0);
  let c51 = f32x4.splat(0);
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
    const a4 = v128.load32_splat(half);
    c40 = madd(a4, b0, c40);
    c41 = madd(a4, b1, c41);
    const a5 = v128.load32_splat(half, 4);
    c50 = madd(a5, b0, c50);
    c51 = madd(a5, b1, c51);
    a += 16;
    half += 16;
    b += 32;
  }
  put(c, c00, c01, accumulate);
  put(c + stride, c10, c11, accumulate);
  put(c + 2 * stride, c20, c21, accumulate);
  put(c + 3 * stride, c30, c31, accumulate);
  put(more, c40, c41, accumulate);
  put(more + stride, c50, c51, accumulate);
}
