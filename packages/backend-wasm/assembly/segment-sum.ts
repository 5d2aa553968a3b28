/**
 * out[ids[i]] += x[i] for rows of `width` floats, for the segments [from, to): a row whose id is another is left out.
 */
export function segmentSum(x: usize, ids: usize, count: i32, width: i32, out: usize, from: i32, to: i32): void {
  const row = (<usize>width) << 2;
  memory.fill(out + <usize>from * row, 0, <usize>(to - from) * row);
  for (let i = 0; i < count; i++) {
    const id = load<i32>(ids + ((<usize>i) << 2));
    if (id >= from && id < to) {
      let to = out + <usize>id * row;
      let from = x + <usize>i * row;
      let left = width;
      for (; left >= 4; left -= 4) {
        v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
        to += 16;
        from += 16;
      }
      for (; left > 0; left--) {
        store<f32>(to, load<f32>(to) + load<f32>(from));
        to += 4;
        from += 4;
      }
    }
  }
}
