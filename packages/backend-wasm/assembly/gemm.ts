import { align, columnPanelBytes, EDGE, evenBlock, INNER, OUTER, rowPanelBytes, WIDE } from './blocks';
import { multiplyPanels } from './multiply';
import { packColumns, packRows } from './pack';

/** Scratch bytes that `gemm` needs for these sizes. */
export function gemmScratch(rows: i32, columns: i32, steps: i32): usize {
  const inner = min(steps, INNER);
  return 64 + EDGE + rowPanelBytes(min(rows, OUTER), inner) + columnPanelBytes(min(columns, WIDE), inner);
}

/**
 * C[rows × columns] = A × B. Strides count floats: a transposed operand is the same matrix with its strides exchanged,
 * and any of the three may be a slice of a larger tensor. The columns of C are neighbours.
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
  scratch: usize,
): void {
  if (rows == 0 || columns == 0) return;
  if (steps == 0) {
    for (let row = 0; row < rows; row++) memory.fill(c + ((<usize>row * cRow) << 2), 0, (<usize>columns) << 2);
    return;
  }
  const edge = align(scratch);
  const panelsOfA = edge + EDGE;
  const inner = evenBlock(steps, INNER, 4);
  const panelsOfB = panelsOfA + rowPanelBytes(min(rows, OUTER), min(steps, INNER));
  for (let column = 0; column < columns; column += WIDE) {
    const wide = min(WIDE, columns - column);
    for (let step = 0; step < steps; step += inner) {
      const deep = min(inner, steps - step);
      packColumns(panelsOfB, b + ((<usize>step * bStep + <usize>column * bColumn) << 2), bStep, bColumn, wide, deep);
      for (let row = 0; row < rows; row += OUTER) {
        const tall = min(OUTER, rows - row);
        packRows(panelsOfA, a + ((<usize>row * aRow + <usize>step * aStep) << 2), aRow, aStep, tall, deep);
        const at = c + ((<usize>row * cRow + column) << 2);
        multiplyPanels(tall, wide, deep, panelsOfA, panelsOfB, at, cRow, step > 0, edge);
      }
    }
  }
}
