import { align, columnPanelBytes, EDGE, evenBlock, INNER, OUTER, rowPanelBytes, WIDE } from './blocks';
import { finishBlock } from './finish';
import { multiplyPanels } from './multiply';
import { multiplyNarrow, NARROW } from './narrow';
import { packColumns, packRows } from './pack';

/** Scratch bytes that one thread of `gemm` or `gemmBatch` needs for these sizes. */
export function gemmScratch(rows: i32, columns: i32, steps: i32): usize {
  const inner = min(steps, INNER);
  return 64 + EDGE + rowPanelBytes(min(rows, OUTER), inner) + columnPanelBytes(min(columns, WIDE), inner);
}

/**
 * C[rows × columns] = A × B, then a bias a column and an activation, as in `finish`. Strides count floats: a transposed
 * operand is the same matrix with its strides exchanged, and any of the three may be a slice of a larger tensor. The
 * columns of C are neighbours.
 *
 * Works on rows [from, to) of C, or on columns when `byColumns` is not 0. A number comes out the same however the
 * matrix is divided: it is always the sum of the same blocks of `INNER` steps.
 */
export function gemm(
  rows: i32,
  columns: i32,
  steps: i32,
  a: usize,
  aRow: i32,
  aStep: i32,
  b: usize,
  bStep: i32,
  bColumn: i32,
  c: usize,
  cRow: i32,
  bias: usize,
  activation: i32,
  alpha: f32,
  byColumns: i32,
  scratch: usize,
  from: i32,
  to: i32,
): void {
  if (byColumns != 0) {
    b += (<usize>from * bColumn) << 2;
    c += (<usize>from) << 2;
    if (bias != 0) bias += (<usize>from) << 2;
    columns = to - from;
  } else {
    a += (<usize>from * aRow) << 2;
    c += (<usize>from * cRow) << 2;
    rows = to - from;
  }
  product(rows, columns, steps, a, aRow, aStep, b, bStep, bColumn, c, cRow, bias, activation, alpha, scratch);
}

/** The products [from, to) of a batch; `table` holds three addresses for each: of its A, its B and its C. */
export function gemmBatch(
  table: usize,
  rows: i32,
  columns: i32,
  steps: i32,
  aRow: i32,
  aStep: i32,
  bStep: i32,
  bColumn: i32,
  cRow: i32,
  bias: usize,
  activation: i32,
  alpha: f32,
  scratch: usize,
  from: i32,
  to: i32,
): void {
  for (let each = from; each < to; each++) {
    const at = table + <usize>each * 12;
    const a = <usize>load<u32>(at);
    const b = <usize>load<u32>(at, 4);
    const c = <usize>load<u32>(at, 8);
    product(rows, columns, steps, a, aRow, aStep, b, bStep, bColumn, c, cRow, bias, activation, alpha, scratch);
  }
}

function product(
  rows: i32,
  columns: i32,
  steps: i32,
  a: usize,
  aRow: i32,
  aStep: i32,
  b: usize,
  bStep: i32,
  bColumn: i32,
  c: usize,
  cRow: i32,
  bias: usize,
  activation: i32,
  alpha: f32,
  scratch: usize,
): void {
  if (rows == 0 || columns == 0) return;
  if (steps == 0) {
    for (let row = 0; row < rows; row++) memory.fill(c + ((<usize>row * cRow) << 2), 0, (<usize>columns) << 2);
    finishBlock(c, rows, columns, cRow, bias, activation, alpha);
    return;
  }
  const edge = align(scratch);
  const inner = evenBlock(steps, INNER, 4);
  if (bColumn == 1 && columns <= NARROW) {
    for (let step = 0; step < steps; step += inner) {
      const deep = min(inner, steps - step);
      const fromA = a + ((<usize>step * aStep) << 2);
      const fromB = b + ((<usize>step * bStep) << 2);
      multiplyNarrow(rows, columns, deep, fromA, aRow, aStep, fromB, bStep, c, cRow, step > 0, edge);
    }
    finishBlock(c, rows, columns, cRow, bias, activation, alpha);
    return;
  }
  const panelsOfA = edge + EDGE;
  const panelsOfB = panelsOfA + rowPanelBytes(min(rows, OUTER), min(steps, INNER));
  for (let column = 0; column < columns; column += WIDE) {
    const wide = min(WIDE, columns - column);
    const biasHere: usize = bias == 0 ? 0 : bias + ((<usize>column) << 2);
    for (let step = 0; step < steps; step += inner) {
      const deep = min(inner, steps - step);
      packColumns(panelsOfB, b + ((<usize>step * bStep + <usize>column * bColumn) << 2), bStep, bColumn, wide, deep);
      for (let row = 0; row < rows; row += OUTER) {
        const tall = min(OUTER, rows - row);
        packRows(panelsOfA, a + ((<usize>row * aRow + <usize>step * aStep) << 2), aRow, aStep, tall, deep);
        const at = c + ((<usize>row * cRow + column) << 2);
        multiplyPanels(tall, wide, deep, panelsOfA, panelsOfB, at, cRow, step > 0, edge);
        if (step + deep == steps) finishBlock(at, tall, wide, cRow, biasHere, activation, alpha);
      }
    }
  }
}
