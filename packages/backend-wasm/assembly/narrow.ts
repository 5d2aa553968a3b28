import { loadPart, storePart } from './finish';
import { madd } from './madd';

/** Most columns of a narrow product: three vectors. */
export const NARROW: i32 = 12;
/** With three vectors a row, nine accumulators, three values of B and one of A fit 16 vector registers. */
const ROWS: i32 = 3;

/**
 * C (+)= A × B for so few columns that packing would cost as much as multiplying: both operands are read where they lie.
 * The columns of B and of C are neighbours. Sums run over the steps in order, as in the tiles of packed panels, so the
 * bits are the same.
 *
 * @param columns at most NARROW
 * @param accumulate add to what C holds instead of overwriting it
 * @param edge spare memory for three rows of four floats, or one of NARROW
 */
export function multiplyNarrow(
  rows: i32,
  columns: i32,
  steps: i32,
  a: usize,
  aRow: i32,
  aStep: i32,
  b: usize,
  bStep: i32,
  c: usize,
  cRow: i32,
  accumulate: bool,
  edge: usize,
): void {
  if (columns > 8) strip(3, rows, columns, steps, a, aRow, aStep, b, bStep, c, cRow, accumulate, edge);
  else if (columns > 4) strip(2, rows, columns, steps, a, aRow, aStep, b, bStep, c, cRow, accumulate, edge);
  else strip(1, rows, columns, steps, a, aRow, aStep, b, bStep, c, cRow, accumulate, edge);
}

// @ts-ignore: decorator
@inline
function strip(
  vectors: i32,
  rows: i32,
  columns: i32,
  steps: i32,
  a: usize,
  aRow: i32,
  aStep: i32,
  b: usize,
  bStep: i32,
  c: usize,
  cRow: i32,
  accumulate: bool,
  edge: usize,
): void {
  const wide = 4 * vectors;
  // Whole vectors reach past a row of B into the next ones, but must not reach past the end: the last rows are copied.
  const beyond = wide - columns;
  const copied = beyond == 0 ? 0 : min(steps, bStep > 0 ? (beyond + bStep - 1) / bStep : steps);
  const inPlace = steps - copied;
  for (let step = 0; step < copied; step++) {
    const from = b + ((<usize>(inPlace + step) * <usize>bStep) << 2);
    const to = edge + ((<usize>(step * wide)) << 2);
    memory.fill(to, 0, (<usize>wide) << 2);
    memory.copy(to, from, (<usize>columns) << 2);
  }
  const last = columns - 4 * (vectors - 1);
  const rowOfA = (<usize>aRow) << 2;
  const stepOfA = (<usize>aStep) << 2;
  const stepOfB = (<usize>bStep) << 2;
  const rowOfC = (<usize>cRow) << 2;
  let row = 0;
  for (; row + ROWS <= rows; row += ROWS) {
    let first = a;
    let second = first + rowOfA;
    let third = second + rowOfA;
    let c00 = f32x4.splat(0);
    let c01 = f32x4.splat(0);
    let c02 = f32x4.splat(0);
    let c10 = f32x4.splat(0);
    let c11 = f32x4.splat(0);
    let c12 = f32x4.splat(0);
    let c20 = f32x4.splat(0);
    let c21 = f32x4.splat(0);
    let c22 = f32x4.splat(0);
    let from = b;
    let skip = stepOfB;
    let left = inPlace;
    for (let pass = 0; pass < 2; pass++) {
      for (; left > 0; left--) {
        const b0 = v128.load(from);
        const b1 = vectors > 1 ? v128.load(from, 16) : b0;
        const b2 = vectors > 2 ? v128.load(from, 32) : b0;
        const a0 = v128.load32_splat(first);
        c00 = madd(a0, b0, c00);
        if (vectors > 1) c01 = madd(a0, b1, c01);
        if (vectors > 2) c02 = madd(a0, b2, c02);
        const a1 = v128.load32_splat(second);
        c10 = madd(a1, b0, c10);
        if (vectors > 1) c11 = madd(a1, b1, c11);
        if (vectors > 2) c12 = madd(a1, b2, c12);
        const a2 = v128.load32_splat(third);
        c20 = madd(a2, b0, c20);
        if (vectors > 1) c21 = madd(a2, b1, c21);
        if (vectors > 2) c22 = madd(a2, b2, c22);
        first += stepOfA;
        second += stepOfA;
        third += stepOfA;
        from += skip;
      }
      from = edge;
      skip = (<usize>wide) << 2;
      left = copied;
    }
    putRow(vectors, last, c, c00, c01, c02, accumulate);
    putRow(vectors, last, c + rowOfC, c10, c11, c12, accumulate);
    putRow(vectors, last, c + 2 * rowOfC, c20, c21, c22, accumulate);
    a += 3 * rowOfA;
    c += 3 * rowOfC;
  }
  for (; row < rows; row++) {
    let at = a;
    let c0 = f32x4.splat(0);
    let c1 = f32x4.splat(0);
    let c2 = f32x4.splat(0);
    let from = b;
    let skip = stepOfB;
    let left = inPlace;
    for (let pass = 0; pass < 2; pass++) {
      for (; left > 0; left--) {
        const value = v128.load32_splat(at);
        c0 = madd(value, v128.load(from), c0);
        if (vectors > 1) c1 = madd(value, v128.load(from, 16), c1);
        if (vectors > 2) c2 = madd(value, v128.load(from, 32), c2);
        at += stepOfA;
        from += skip;
      }
      from = edge;
      skip = (<usize>wide) << 2;
      left = copied;
    }
    putRow(vectors, last, c, c0, c1, c2, accumulate);
    a += rowOfA;
    c += rowOfC;
  }
}

/** Store or add one row of C: whole vectors, then the `last` lanes of the last one. */
// @ts-ignore: decorator
@inline
function putRow(vectors: i32, last: i32, c: usize, v0: v128, v1: v128, v2: v128, accumulate: bool): void {
  if (vectors > 1) {
    v128.store(c, accumulate ? f32x4.add(v128.load(c), v0) : v0);
    c += 16;
  }
  if (vectors > 2) {
    v128.store(c, accumulate ? f32x4.add(v128.load(c), v1) : v1);
    c += 16;
  }
  const value = vectors > 2 ? v2 : vectors > 1 ? v1 : v0;
  if (last == 4) v128.store(c, accumulate ? f32x4.add(v128.load(c), value) : value);
  else storePart(c, accumulate ? f32x4.add(loadPart(c, last), value) : value, last);
}
