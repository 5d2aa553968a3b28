import { COLUMNS, ROWS } from './tile';

/** Inner steps of a block: a panel of B (12 KiB) and one of A (6 KiB) stay in the first-level cache together. */
export const INNER: i32 = 384;
/** Rows of A packed at a time, whole dozens: with INNER steps they stay in the second-level cache. */
export const OUTER: i32 = 120;
/** Columns of B packed at a time. */
export const WIDE: i32 = 512;
/** Bytes set aside for one tile at a ragged edge. */
export const EDGE: usize = 128;

// @ts-ignore: decorator
@inline
export function roundUp(value: i32, unit: i32): i32 {
  return ((value + unit - 1) / unit) * unit;
}

/** The block size that cuts `total` into equal blocks of at most `most`, so that no short block is left over. */
export function evenBlock(total: i32, most: i32, unit: i32): i32 {
  const blocks = (total + most - 1) / most;
  return blocks <= 1 ? total : roundUp((total + blocks - 1) / blocks, unit);
}

// @ts-ignore: decorator
@inline
export function align(pointer: usize): usize {
  return (pointer + 63) & ~(<usize>63);
}

// @ts-ignore: decorator
@inline
export function rowPanelBytes(rows: i32, steps: i32): usize {
  return align((<usize>roundUp(rows, ROWS) * <usize>steps) << 2);
}

// @ts-ignore: decorator
@inline
export function columnPanelBytes(columns: i32, steps: i32): usize {
  return align((<usize>roundUp(columns, COLUMNS) * <usize>steps) << 2);
}
