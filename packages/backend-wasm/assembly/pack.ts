import { COLUMNS, ROWS } from './tile';

/** Four rows of four floats become four columns, written `step` bytes apart. */
// @ts-ignore: decorator
@inline
export function transpose4(out: usize, step: usize, r0: v128, r1: v128, r2: v128, r3: v128): void {
  const low01 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(low01, low23, 0, 2));
  v128.store(out + step, v128.shuffle<i64>(low01, low23, 1, 3));
  v128.store(out + 2 * step, v128.shuffle<i64>(high01, high23, 0, 2));
  v128.store(out + 3 * step, v128.shuffle<i64>(high01, high23, 1, 3));
}

/**
 * Write `steps` groups of four lanes, `step` bytes apart. Lane l of group s is `source[l * laneStride + s * stride]`;
 * lanes past `lanes` are zero. Strides count floats.
 */
export function packStrip(
  out: usize,
  step: usize,
  source: usize,
  laneStride: i32,
  stride: i32,
  lanes: i32,
  steps: i32,
): void {
  const byLane = (<usize>laneStride) << 2;
  const byStep = (<usize>stride) << 2;
  let done = 0;
  if (lanes >= 4 && laneStride == 1) {
    for (; done < steps; done++) {
      v128.store(out, v128.load(source));
      out += step;
      source += byStep;
    }
    return;
  }
  if (lanes >= 4 && stride == 1) {
    for (; done + 4 <= steps; done += 4) {
      transpose4(
        out,
        step,
        v128.load(source),
        v128.load(source + byLane),
        v128.load(source + 2 * byLane),
        v128.load(source + 3 * byLane),
      );
      out += 4 * step;
      source += 16;
    }
  }
  for (; done < steps; done++) {
    for (let lane = 0; lane < 4; lane++) {
      const value: f32 = lane < lanes ? load<f32>(source + <usize>lane * byLane) : 0;
      store<f32>(out + ((<usize>lane) << 2), value);
    }
    out += step;
    source += byStep;
  }
}

/** Panels of four rows: `rows` × `steps` of a matrix whose element (r, s) is `source[r * rowStride + s * stepStride]`. */
export function packRows(out: usize, source: usize, rowStride: i32, stepStride: i32, rows: i32, steps: i32): void {
  for (let row = 0; row < rows; row += ROWS) {
    const from = source + (<usize>row * <usize>rowStride << 2);
    packStrip(out, 16, from, rowStride, stepStride, rows - row, steps);
    out += <usize>(steps * ROWS) << 2;
  }
}

/** Panels of eight columns: `steps` × `columns`; element (s, c) is `source[s * stepStride + c * columnStride]`. */
export function packColumns(
  out: usize,
  source: usize,
  stepStride: i32,
  columnStride: i32,
  columns: i32,
  steps: i32,
): void {
  for (let column = 0; column < columns; column += COLUMNS) {
    const from = source + (<usize>column * <usize>columnStride << 2);
    packStrip(out, 32, from, columnStride, stepStride, columns - column, steps);
    packStrip(out + 16, 32, from + ((<usize>columnStride) << 4), columnStride, stepStride, columns - column - 4, steps);
    out += <usize>(steps * COLUMNS) << 2;
  }
}
