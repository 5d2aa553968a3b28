import type { Device } from '../device/device.js';
import { arithmetic, FLOAT_BYTES } from '../device/work.js';
import { NO_EPILOGUE, type Epilogue } from './activation.js';

/** A matrix on the heap: the address of its first element, and its strides in floats. */
export interface Matrix {
  readonly address: number;
  readonly row: number;
  readonly column: number;
}

/** C = A × B for [rows, inner] × [inner, columns], once or for a batch. The columns of C are neighbours. */
export interface Products {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly a: Matrix;
  readonly b: Matrix;
  readonly c: Matrix;
  /** Where each product of a batch finds its matrices, in floats past the addresses above. One product by default. */
  readonly offsets?: { readonly a: readonly number[]; readonly b: readonly number[]; readonly c: readonly number[] };
  readonly epilogue?: Epilogue;
}

const ONE = { a: [0], b: [0], c: [0] };
/** Rows or columns from which packing the other operand is little beside multiplying. */
const LONG = 240;
/** Whole tiles: two of six rows, one of eight columns. */
const ROWS = 12;
const COLUMNS = 8;
/** From so many products on, threads take whole ones; fewer are divided one by one. */
const MANY = 8;

export function multiply(device: Device, products: Products): void {
  const { rows, columns, inner, a, b, c, offsets = ONE, epilogue = NO_EPILOGUE } = products;
  const { functions } = device;
  const scratch = functions.gemmScratch(rows, columns, inner);
  const nanoseconds = arithmetic(2 * rows * columns * inner);
  const finish = [epilogue.bias, epilogue.activation, epilogue.alpha];
  const places = offsets.c.map((_, each) => [
    a.address + (offsets.a[each] ?? 0) * FLOAT_BYTES,
    b.address + (offsets.b[each] ?? 0) * FLOAT_BYTES,
    c.address + (offsets.c[each] ?? 0) * FLOAT_BYTES,
  ]);
  if (places.length >= MANY) {
    device.scratch(places.length * 3 * FLOAT_BYTES, (table) => {
      device.writeIntegers(table, places.flat());
      device.work({
        kernel: 'gemmBatch',
        numbers: [table, rows, columns, inner, a.row, a.column, b.row, b.column, c.row, ...finish],
        count: places.length,
        nanoseconds: places.length * nanoseconds,
        scratch,
      });
    });
    return;
  }
  // What is not divided is packed by every thread: divide the longer side.
  const byColumns = columns > rows;
  for (const [atA = 0, atB = 0, atC = 0] of places) {
    const operands = [atA, a.row, a.column, atB, b.row, b.column, atC, c.row];
    device.work({
      kernel: 'gemm',
      numbers: [rows, columns, inner, ...operands, ...finish, byColumns ? 1 : 0],
      count: byColumns ? columns : rows,
      align: byColumns ? COLUMNS : ROWS,
      nanoseconds,
      scratch,
      longEnough: LONG,
    });
  }
}
