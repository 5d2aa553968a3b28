import { copyRun } from './view';

/** Whether all int32 ids are in [0, limit). */
export function idsWithin(ids: usize, count: i32, limit: i32): i32 {
  for (let i = 0; i < count; i++) {
    if (load<u32>(ids + (<usize>i << 2)) >= <u32>limit) return 0;
  }
  return 1;
}

/**
 * out[o, i] = x[o, ids[i]] for x of [outer, rows, width] floats: the rows [from, to) of outer × count. The ids are within.
 */
export function gather(
  x: usize,
  rows: i32,
  width: i32,
  ids: usize,
  count: i32,
  out: usize,
  from: i32,
  to: i32,
): void {
  const row = <usize>width << 2;
  out += <usize>from * row;
  for (let unit = from; unit < to; unit++) {
    const id = load<i32>(ids + (<usize>(unit % count) << 2));
    copyRun(x + (<usize>(unit / count) * <usize>rows + <usize>id) * row, out, width);
    out += row;
  }
}
