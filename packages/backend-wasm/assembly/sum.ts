/** Rows summed before they join the total: keeps the rounding error of a long sum small. */
const BLOCK: i32 = 64;

/**
 * out[o, i] = Σ_r x[o, r, i] / divisor for x of shape [outer, reduced, inner] and o in [from, to).
 */
export function sumMiddle(x: usize, reduced: i32, inner: i32, divisor: f32, out: usize, from: i32, to: i32): void {
  const row = (<usize>inner) << 2;
  x += <usize>from * <usize>reduced * row;
  out += <usize>from * row;
  for (let o = from; o < to; o++) {
    if (inner == 1) {
      store<f32>(out, <f32>(sumRun(x, reduced) / <f64>divisor));
    } else {
      let i = 0;
      for (; i + 16 <= inner; i += 16) columns16(x + ((<usize>i) << 2), reduced, row, divisor, out + ((<usize>i) << 2));
      for (; i + 4 <= inner; i += 4) columns4(x + ((<usize>i) << 2), reduced, row, divisor, out + ((<usize>i) << 2));
      for (; i < inner; i++) column1(x + ((<usize>i) << 2), reduced, row, divisor, out + ((<usize>i) << 2));
    }
    x += <usize>reduced * row;
    out += row;
  }
}

/**
 * A sum over so many rows that threads divide them: part p is the sum over the rows [p × size, (p + 1) × size) of x
 * [rows, inner]. Writes the parts [from, to) of [parts, inner]; `sumMiddle` adds them up.
 */
export function sumRowParts(x: usize, rows: i32, inner: i32, size: i32, parts: usize, from: i32, to: i32): void {
  const row = (<usize>inner) << 2;
  for (let part = from; part < to; part++) {
    const first = part * size;
    sumMiddle(x + <usize>first * row, min(size, rows - first), inner, 1, parts + <usize>part * row, 0, 1);
  }
}

/** out[i] = Σ_p parts[p, i] for the floats [from, to) of `floats`: the last act of kernels that work in parts. */
export function sumParts(parts: usize, count: i32, floats: i32, out: usize, from: i32, to: i32): void {
  const step = (<usize>floats) << 2;
  let at: usize = (<usize>from) << 2;
  const end = (<usize>to) << 2;
  for (; at + 16 <= end; at += 16) {
    let total = v128.load(parts + at);
    for (let part = 1; part < count; part++) total = f32x4.add(total, v128.load(parts + at + <usize>part * step));
    v128.store(out + at, total);
  }
  for (; at < end; at += 4) {
    let total = load<f32>(parts + at);
    for (let part = 1; part < count; part++) total += load<f32>(parts + at + <usize>part * step);
    store<f32>(out + at, total);
  }
}

function columns16(x: usize, rows: i32, row: usize, divisor: f32, out: usize): void {
  let t0 = f32x4.splat(0);
  let t1 = f32x4.splat(0);
  let t2 = f32x4.splat(0);
  let t3 = f32x4.splat(0);
  while (rows > 0) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    for (let block = min(rows, BLOCK); block > 0; block--) {
      s0 = f32x4.add(s0, v128.load(x));
      s1 = f32x4.add(s1, v128.load(x, 16));
      s2 = f32x4.add(s2, v128.load(x, 32));
      s3 = f32x4.add(s3, v128.load(x, 48));
      x += row;
    }
    t0 = f32x4.add(t0, s0);
    t1 = f32x4.add(t1, s1);
    t2 = f32x4.add(t2, s2);
    t3 = f32x4.add(t3, s3);
    rows -= BLOCK;
  }
  const by = f32x4.splat(divisor);
  v128.store(out, f32x4.div(t0, by));
  v128.store(out, f32x4.div(t1, by), 16);
  v128.store(out, f32x4.div(t2, by), 32);
  v128.store(out, f32x4.div(t3, by), 48);
}

function columns4(x: usize, rows: i32, row: usize, divisor: f32, out: usize): void {
  let total = f32x4.splat(0);
  while (rows > 0) {
    let sum = f32x4.splat(0);
    for (let block = min(rows, BLOCK); block > 0; block--) {
      sum = f32x4.add(sum, v128.load(x));
      x += row;
    }
    total = f32x4.add(total, sum);
    rows -= BLOCK;
  }
  v128.store(out, f32x4.div(total, f32x4.splat(divisor)));
}

function column1(x: usize, rows: i32, row: usize, divisor: f32, out: usize): void {
  let total: f32 = 0;
  while (rows > 0) {
    let sum: f32 = 0;
    for (let block = min(rows, BLOCK); block > 0; block--) {
      sum += load<f32>(x);
      x += row;
    }
    total += sum;
    rows -= BLOCK;
  }
  store<f32>(out, total / divisor);
}

/** The sum of neighbouring floats, in sixteen interleaved partial sums that join a double. */
function sumRun(x: usize, count: i32): f64 {
  let total: f64 = 0;
  while (count > 0) {
    let block = min(count, 16 * 256);
    count -= block;
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    for (; block >= 16; block -= 16) {
      s0 = f32x4.add(s0, v128.load(x));
      s1 = f32x4.add(s1, v128.load(x, 16));
      s2 = f32x4.add(s2, v128.load(x, 32));
      s3 = f32x4.add(s3, v128.load(x, 48));
      x += 64;
    }
    const sum = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
    total += <f64>(f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1));
    total += <f64>(f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
    for (; block > 0; block--) {
      total += <f64>load<f32>(x);
      x += 4;
    }
  }
  return total;
}
