/** Rows that a range of `copyView` is made of: the JavaScript side's too, src/kernels/views/view.ts. */
const BLOCK: i32 = 32;

/**
 * Copies elements of four bytes from a view of x to a contiguous tensor. The view has up to four outer axes (`size`,
 * stride in x, stride in the output), an axis of rows and one of columns; strides count elements, and the output's columns
 * are neighbours. A range is of blocks of rows: [from, to) of outer × ⌈rows / BLOCK⌉.
 */
export function copyView(
  x: usize,
  out: usize,
  size0: i32,
  fromStride0: i32,
  toStride0: i32,
  size1: i32,
  fromStride1: i32,
  toStride1: i32,
  size2: i32,
  fromStride2: i32,
  toStride2: i32,
  size3: i32,
  fromStride3: i32,
  toStride3: i32,
  rows: i32,
  fromRow: i32,
  toRow: i32,
  columns: i32,
  fromColumn: i32,
  from: i32,
  to: i32,
): void {
  const blocks = (rows + BLOCK - 1) / BLOCK;
  let block = from % blocks;
  let rest = from / blocks;
  let i3 = rest % size3;
  rest /= size3;
  let i2 = rest % size2;
  rest /= size2;
  let i1 = rest % size1;
  let i0 = rest / size1;
  for (let unit = from; unit < to; unit++) {
    const row = block * BLOCK;
    const at = i0 * fromStride0 + i1 * fromStride1 + i2 * fromStride2 + i3 * fromStride3 + row * fromRow;
    const put = i0 * toStride0 + i1 * toStride1 + i2 * toStride2 + i3 * toStride3 + row * toRow;
    const count = min(BLOCK, rows - row);
    copyBlock(x + (<usize>at << 2), out + (<usize>put << 2), count, fromRow, toRow, columns, fromColumn);
    if (++block < blocks) continue;
    block = 0;
    if (++i3 < size3) continue;
    i3 = 0;
    if (++i2 < size2) continue;
    i2 = 0;
    if (++i1 < size1) continue;
    i1 = 0;
    i0++;
  }
}

function copyBlock(
  x: usize,
  out: usize,
  rows: i32,
  fromRow: i32,
  toRow: i32,
  columns: i32,
  fromColumn: i32,
): void {
  const xRow = <usize>fromRow << 2;
  const outRow = <usize>toRow << 2;
  if (fromColumn == 1) {
    for (; rows > 0; rows--) {
      copyRun(x, out, columns);
      x += xRow;
      out += outRow;
    }
  } else if (fromColumn == 0) {
    for (; rows > 0; rows--) {
      fillRun(load<f32>(x), out, columns);
      x += xRow;
      out += outRow;
    }
  } else if (fromRow == 1) {
    turn(x, <usize>fromColumn << 2, out, outRow, rows, columns);
  } else {
    const step = <usize>fromColumn << 2;
    for (; rows > 0; rows--) {
      let at = x;
      for (let column = 0; column < columns; column++) {
        store<f32>(out + (<usize>column << 2), load<f32>(at));
        at += step;
      }
      x += xRow;
      out += outRow;
    }
  }
}

/** The floats that follow one another from x on. */
// @ts-ignore: decorator
@inline
export function copyRun(x: usize, out: usize, count: i32): void {
  if (count >= 64) {
    memory.copy(out, x, <usize>count << 2);
    return;
  }
  for (; count >= 4; count -= 4) {
    v128.store(out, v128.load(x));
    x += 16;
    out += 16;
  }
  for (; count > 0; count--) {
    store<i32>(out, load<i32>(x));
    x += 4;
    out += 4;
  }
}

// @ts-ignore: decorator
@inline
function fillRun(value: f32, out: usize, count: i32): void {
  const four = f32x4.splat(value);
  for (; count >= 4; count -= 4) {
    v128.store(out, four);
    out += 16;
  }
  for (; count > 0; count--) {
    store<f32>(out, value);
    out += 4;
  }
}

/** out[r, c] = x[c, r] in tiles of four by four, some columns at a time so that their cache lines are used whole. */
function turn(x: usize, step: usize, out: usize, outRow: usize, rows: i32, columns: i32): void {
  for (let column = 0; column < columns; column += BLOCK) {
    const end = min(columns, column + BLOCK);
    let row = 0;
    for (; row + 4 <= rows; row += 4) {
      let at = x + <usize>column * step + (<usize>row << 2);
      let put = out + <usize>row * outRow + (<usize>column << 2);
      let c = column;
      for (; c + 4 <= end; c += 4) {
        const a = v128.load(at);
        const b = v128.load(at + step);
        const d = v128.load(at + 2 * step);
        const e = v128.load(at + 3 * step);
        const low = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
        const high = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
        const low2 = v128.shuffle<f32>(d, e, 0, 4, 1, 5);
        const high2 = v128.shuffle<f32>(d, e, 2, 6, 3, 7);
        v128.store(put, v128.shuffle<f32>(low, low2, 0, 1, 4, 5));
        v128.store(put + outRow, v128.shuffle<f32>(low, low2, 2, 3, 6, 7));
        v128.store(put + 2 * outRow, v128.shuffle<f32>(high, high2, 0, 1, 4, 5));
        v128.store(put + 3 * outRow, v128.shuffle<f32>(high, high2, 2, 3, 6, 7));
        at += 4 * step;
        put += 16;
      }
      for (; c < end; c++) {
        store<f32>(put, load<f32>(at));
        store<f32>(put + outRow, load<f32>(at, 4));
        store<f32>(put + 2 * outRow, load<f32>(at, 8));
        store<f32>(put + 3 * outRow, load<f32>(at, 12));
        at += step;
        put += 4;
      }
    }
    for (; row < rows; row++) {
      let at = x + <usize>column * step + (<usize>row << 2);
      let put = out + <usize>row * outRow + (<usize>column << 2);
      for (let c = column; c < end; c++) {
        store<f32>(put, load<f32>(at));
        at += step;
        put += 4;
      }
    }
  }
}
