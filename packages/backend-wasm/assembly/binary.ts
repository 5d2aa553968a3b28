/*
 * Binary ops that broadcast. An operand's step is 4 bytes where it goes along with the output, 0 where one element
 * serves a whole run. The numbers of the ops are the JavaScript side's too: src/kernels/elementwise/binary.ts.
 */
const EQUAL: i32 = 0;
const NOT_EQUAL: i32 = 1;
const GREATER: i32 = 2;
const GREATER_EQUAL: i32 = 3;
const LESS: i32 = 4;
const LESS_EQUAL: i32 = 5;
/** Ops below give flags of one byte, ops from here on floats. */
const MAXIMUM: i32 = 6;

/** One run: the elements [from, to). */
export function binaryRun(
  op: i32,
  a: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  out: usize,
  from: i32,
  to: i32,
): void {
  const skipped = <usize>from;
  const count = to - from;
  a += skipped * stepA;
  b += skipped * stepB;
  if (op >= MAXIMUM) {
    const at = out + (skipped << 2);
    if (op == MAXIMUM) extremes(true, a, stepA, b, stepB, at, count);
    else extremes(false, a, stepA, b, stepB, at, count);
    return;
  }
  out += skipped;
  if (op == EQUAL) flags(EQUAL, a, stepA, b, stepB, out, count);
  else if (op == NOT_EQUAL) flags(NOT_EQUAL, a, stepA, b, stepB, out, count);
  else if (op == GREATER) flags(GREATER, a, stepA, b, stepB, out, count);
  else if (op == GREATER_EQUAL) flags(GREATER_EQUAL, a, stepA, b, stepB, out, count);
  else if (op == LESS) flags(LESS, a, stepA, b, stepB, out, count);
  else flags(LESS_EQUAL, a, stepA, b, stepB, out, count);
}

/**
 * Runs of `inner` elements, one after the other in the output, for up to three outer axes with the operands' strides in
 * elements: the runs [from, to).
 */
export function binaryRuns(
  op: i32,
  a: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  out: usize,
  inner: i32,
  strideA0: i32,
  strideB0: i32,
  size1: i32,
  strideA1: i32,
  strideB1: i32,
  size2: i32,
  strideA2: i32,
  strideB2: i32,
  from: i32,
  to: i32,
): void {
  const bytes: usize = op >= MAXIMUM ? 4 : 1;
  for (let run = from; run < to; run++) {
    const i2 = run % size2;
    const rest = run / size2;
    const i1 = rest % size1;
    const i0 = rest / size1;
    const atA = a + (<usize>(i0 * strideA0 + i1 * strideA1 + i2 * strideA2) << 2);
    const atB = b + (<usize>(i0 * strideB0 + i1 * strideB1 + i2 * strideB2) << 2);
    binaryRun(op, atA, stepA, atB, stepB, out + <usize>run * <usize>inner * bytes, 0, inner);
  }
}

// @ts-ignore: decorator
@inline
function operand(at: usize, step: usize, offset: usize): v128 {
  return step == 0 ? v128.load32_splat(at) : v128.load(at + offset);
}

// @ts-ignore: decorator
@inline
function extremes(greater: bool, a: usize, stepA: usize, b: usize, stepB: usize, out: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    const x = operand(a, stepA, 0);
    const y = operand(b, stepB, 0);
    v128.store(out, greater ? f32x4.max(x, y) : f32x4.min(x, y));
    a += stepA << 2;
    b += stepB << 2;
    out += 16;
  }
  for (; count > 0; count--) {
    const x = load<f32>(a);
    const y = load<f32>(b);
    store<f32>(out, greater ? max<f32>(x, y) : min<f32>(x, y));
    a += stepA;
    b += stepB;
    out += 4;
  }
}

// @ts-ignore: decorator
@inline
function mask(op: i32, x: v128, y: v128): v128 {
  return op == EQUAL
    ? f32x4.eq(x, y)
    : op == NOT_EQUAL
      ? f32x4.ne(x, y)
      : op == GREATER
        ? f32x4.gt(x, y)
        : op == GREATER_EQUAL
          ? f32x4.ge(x, y)
          : op == LESS
            ? f32x4.lt(x, y)
            : f32x4.le(x, y);
}

// @ts-ignore: decorator
@inline
function flags(op: i32, a: usize, stepA: usize, b: usize, stepB: usize, out: usize, count: i32): void {
  const one = i8x16.splat(1);
  for (; count >= 16; count -= 16) {
    const m0 = mask(op, operand(a, stepA, 0), operand(b, stepB, 0));
    const m1 = mask(op, operand(a, stepA, 16), operand(b, stepB, 16));
    const m2 = mask(op, operand(a, stepA, 32), operand(b, stepB, 32));
    const m3 = mask(op, operand(a, stepA, 48), operand(b, stepB, 48));
    // Masks are 0 or −1, which narrowing keeps.
    const bytes = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(m0, m1), i16x8.narrow_i32x4_s(m2, m3));
    v128.store(out, v128.and(bytes, one));
    a += stepA << 4;
    b += stepB << 4;
    out += 16;
  }
  for (; count > 0; count--) {
    const m = mask(op, v128.load32_splat(a), v128.load32_splat(b));
    store<u8>(out, i32x4.extract_lane(m, 0) & 1);
    a += stepA;
    b += stepB;
    out += 1;
  }
}
