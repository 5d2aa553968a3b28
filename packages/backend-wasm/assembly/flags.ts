/** Four flags of one byte each as masks of 32 bits. */
// @ts-ignore: decorator
@inline
function masks(at: usize): v128 {
  const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at)));
  return i32x4.ne(words, i32x4.splat(0));
}

/** out = where condition ? a : b, for the elements [from, to) of four bytes each. */
export function select(condition: usize, a: usize, b: usize, out: usize, from: i32, to: i32): void {
  let at = <usize>from << 2;
  let i = from;
  for (; i + 4 <= to; i += 4) {
    v128.store(out + at, v128.bitselect(v128.load(a + at), v128.load(b + at), masks(condition + <usize>i)));
    at += 16;
  }
  for (; i < to; i++) {
    store<i32>(out + at, load<u8>(condition + <usize>i) != 0 ? load<i32>(a + at) : load<i32>(b + at));
    at += 4;
  }
}

/** Flags as floats 0 and 1, for the elements [from, to). */
export function flagsToFloats(flags: usize, out: usize, from: i32, to: i32): void {
  let at = out + (<usize>from << 2);
  const one = f32x4.splat(1);
  let i = from;
  for (; i + 4 <= to; i += 4) {
    v128.store(at, v128.and(masks(flags + <usize>i), one));
    at += 16;
  }
  for (; i < to; i++) {
    store<f32>(at, load<u8>(flags + <usize>i) != 0 ? 1 : 0);
    at += 4;
  }
}
