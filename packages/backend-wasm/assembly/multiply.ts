import { COLUMNS, ROWS, tile } from './tile';
import { multiplyDozens } from './wide-tile';

/**
 * C (+)= A × B for packed panels, C row-major with `columnsOfC` floats a row.
 *
 * Ragged edges go through `edge`, a spare tile of 128 bytes, so that nothing is written outside C.
 */
export function multiplyPanels(
  rows: i32,
  columns: i32,
  steps: i32,
  a: usize,
  b: usize,
  c: usize,
  columnsOfC: i32,
  accumulate: bool,
  edge: usize,
): void {
  const stride = (<usize>columnsOfC) << 2;
  const panel = (<usize>steps) << 2;
  for (let column = 0; column < columns; column += COLUMNS) {
    const panelOfB = b + <usize>column * panel;
    const wide = min(COLUMNS, columns - column);
    const top = c + ((<usize>column) << 2);
    let row = 0;
    if (ASC_FEATURE_RELAXED_SIMD && wide == COLUMNS) {
      row = multiplyDozens(rows, steps, a, panelOfB, top, stride, accumulate);
    }
    for (; row < rows; row += ROWS) {
      const panelOfA = a + <usize>row * panel;
      const at = top + <usize>row * stride;
      const tall = min(ROWS, rows - row);
      if (wide == COLUMNS && tall == ROWS) {
        tile(steps, panelOfA, panelOfB, at, stride, accumulate);
      } else {
        tile(steps, panelOfA, panelOfB, edge, 32, false);
        spill(edge, at, stride, tall, wide, accumulate);
      }
    }
  }
}

function spill(from: usize, to: usize, stride: usize, rows: i32, columns: i32, accumulate: bool): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = (<usize>column) << 2;
      const value = load<f32>(from + at);
      store<f32>(to + at, accumulate ? load<f32>(to + at) + value : value);
    }
    from += 32;
    to += stride;
  }
}
