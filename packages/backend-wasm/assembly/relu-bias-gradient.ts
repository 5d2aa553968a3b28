/**
 * Through relu and a bias at once: dx = dy × slope as in `reluGradient`, read off the output y, and the sums of dx over the
 * rows, in parts of `size` rows. Writes the parts [from, to), `columns` sums each, and their rows of dx.
 */
export function reluBiasGradientParts(
  y: usize,
  dy: usize,
  rows: i32,
  columns: i32,
  size: i32,
  dx: usize,
  parts: usize,
  from: i32,
  to: i32,
): void {
  const row = (<usize>columns) << 2;
  for (let part = from; part < to; part++) {
    const sums = parts + <usize>part * row;
    memory.fill(sums, 0, row);
    const end = min(rows, (part + 1) * size);
    // Blocks of rows keep the error of a long sum small.
    for (let first = part * size; first < end; first += BLOCK) {
      const count = min(BLOCK, end - first);
      const skipped = <usize>first * row;
      let at: usize = 0;
      for (; at + 64 <= row; at += 64) block16(y + skipped + at, dy + skipped + at, dx + skipped + at, count, row, sums + at);
      for (; at + 16 <= row; at += 16) block4(y + skipped + at, dy + skipped + at, dx + skipped + at, count, row, sums + at);
      for (; at < row; at += 4) block1(y + skipped + at, dy + skipped + at, dx + skipped + at, count, row, sums + at);
    }
  }
}

const BLOCK: i32 = 64;

// @ts-ignore: decorator
@inline
function through(y: v128, dy: v128): v128 {
  const slope = v128.and(f32x4.splat(1), f32x4.gt(y, f32x4.splat(0)));
  return f32x4.mul(dy, v128.bitselect(slope, y, f32x4.eq(y, y)));
}

// @ts-ignore: decorator
@inline
function block16(y: usize, dy: usize, dx: usize, rows: i32, row: usize, sums: usize): void {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  for (; rows > 0; rows--) {
    const d0 = through(v128.load(y), v128.load(dy));
    const d1 = through(v128.load(y, 16), v128.load(dy, 16));
    const d2 = through(v128.load(y, 32), v128.load(dy, 32));
    const d3 = through(v128.load(y, 48), v128.load(dy, 48));
    v128.store(dx, d0);
    v128.store(dx, d1, 16);
    v128.store(dx, d2, 32);
    v128.store(dx, d3, 48);
    s0 = f32x4.add(s0, d0);
    s1 = f32x4.add(s1, d1);
    s2 = f32x4.add(s2, d2);
    s3 = f32x4.add(s3, d3);
    y += row;
    dy += row;
    dx += row;
  }
  v128.store(sums, f32x4.add(v128.load(sums), s0));
  v128.store(sums, f32x4.add(v128.load(sums, 16), s1), 16);
  v128.store(sums, f32x4.add(v128.load(sums, 32), s2), 32);
  v128.store(sums, f32x4.add(v128.load(sums, 48), s3), 48);
}

// @ts-ignore: decorator
@inline
function block4(y: usize, dy: usize, dx: usize, rows: i32, row: usize, sums: usize): void {
  let sum = f32x4.splat(0);
  for (; rows > 0; rows--) {
    const d = through(v128.load(y), v128.load(dy));
    v128.store(dx, d);
    sum = f32x4.add(sum, d);
    y += row;
    dy += row;
    dx += row;
  }
  v128.store(sums, f32x4.add(v128.load(sums), sum));
}

// @ts-ignore: decorator
@inline
function block1(y: usize, dy: usize, dx: usize, rows: i32, row: usize, sums: usize): void {
  let sum: f32 = 0;
  for (; rows > 0; rows--) {
    const d = f32x4.extract_lane(through(v128.load32_splat(y), v128.load32_splat(dy)), 0);
    store<f32>(dx, d);
    sum += d;
    y += row;
    dy += row;
    dx += row;
  }
  store<f32>(sums, load<f32>(sums) + sum);
}
