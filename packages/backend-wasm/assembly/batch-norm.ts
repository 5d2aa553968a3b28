/*
 * Batch normalisation over the last axis in training: x as [rows, channels]. Statistics and gradients walk the rows in
 * blocks that stay in the first-level cache, so that each number is fetched from memory once a pass.
 */

/** Floats in a block of rows. */
const BLOCK: i32 = 4096;

// @ts-ignore: decorator
@inline
function blockRows(channels: i32): i32 {
  return max(1, min(256, BLOCK / channels));
}

/**
 * Mean and sum of squared deviations of each channel in parts of `size` rows; blocks of rows join by Chan, Golub &
 * LeVeque 1983 (https://doi.org/10.1080/00031305.1983.10483115), eq. 2.1. Writes the parts [from, to), each `channels`
 * means and then `channels` sums.
 */
export function batchNormMoments(x: usize, rows: i32, channels: i32, size: i32, parts: usize, from: i32, to: i32): void {
  const row = (<usize>channels) << 2;
  const step = blockRows(channels);
  for (let part = from; part < to; part++) {
    const mean = parts + <usize>part * 2 * row;
    const squares = mean + row;
    memory.fill(mean, 0, 2 * row);
    const first = part * size;
    const total = min(size, rows - first);
    for (let done = 0; done < total; done += step) {
      const count = min(step, total - done);
      const weight: f32 = <f32>count / <f32>(done + count);
      const spread: f32 = <f32>done * weight;
      const block = x + <usize>(first + done) * row;
      let at: usize = 0;
      for (; at + 16 <= row; at += 16) moments4(block + at, count, row, weight, spread, mean + at, squares + at);
      for (; at < row; at += 4) moments1(block + at, count, row, weight, spread, mean + at, squares + at);
    }
  }
}

/**
 * Join the parts: mean, biased variance, moving statistics that move towards the batch's by the share `decay`, and the
 * factor gamma / √(variance + ε) of each channel.
 */
export function batchNormStatistics(
  parts: usize,
  count: i32,
  size: i32,
  rows: i32,
  channels: i32,
  gamma: usize,
  movingMean: usize,
  movingVariance: usize,
  epsilon: f32,
  decay: f32,
  mean: usize,
  variance: usize,
  movedMean: usize,
  movedVariance: usize,
  factor: usize,
): void {
  const row = (<usize>channels) << 2;
  for (let at: usize = 0; at < row; at += 4) {
    let m: f32 = 0;
    let squares: f32 = 0;
    for (let part = 0; part < count; part++) {
      const from = parts + <usize>part * 2 * row + at;
      const done = part * size;
      const own = min(size, rows - done);
      const weight: f32 = <f32>own / <f32>(done + own);
      const apart: f32 = load<f32>(from) - m;
      m += apart * weight;
      squares += load<f32>(from + row) + apart * apart * <f32>done * weight;
    }
    const v: f32 = squares / <f32>rows;
    store<f32>(mean + at, m);
    store<f32>(variance + at, v);
    const oldMean = load<f32>(movingMean + at);
    store<f32>(movedMean + at, oldMean - (oldMean - m) * decay);
    const oldVariance = load<f32>(movingVariance + at);
    store<f32>(movedVariance + at, oldVariance - (oldVariance - v) * decay);
    store<f32>(factor + at, load<f32>(gamma + at) / sqrt<f32>(v + epsilon));
  }
}

/** The factor gamma / √(variance + ε) of each channel; gamma is 1 where its address is 0. */
export function batchNormFactor(gamma: usize, variance: usize, channels: i32, epsilon: f32, factor: usize): void {
  for (let at: usize = 0; at < (<usize>channels) << 2; at += 4) {
    const scale: f32 = gamma == 0 ? 1 : load<f32>(gamma + at);
    store<f32>(factor + at, scale / sqrt<f32>(load<f32>(variance + at) + epsilon));
  }
}

/** y = (x − mean) · factor + beta for the rows [from, to). */
export function batchNormApply(
  x: usize,
  mean: usize,
  factor: usize,
  beta: usize,
  channels: i32,
  y: usize,
  from: i32,
  to: i32,
): void {
  const row = (<usize>channels) << 2;
  x += <usize>from * row;
  y += <usize>from * row;
  for (let r = from; r < to; r++) {
    let at: usize = 0;
    for (; at + 16 <= row; at += 16) {
      const centred = f32x4.sub(v128.load(x + at), v128.load(mean + at));
      v128.store(y + at, f32x4.add(f32x4.mul(centred, v128.load(factor + at)), v128.load(beta + at)));
    }
    for (; at < row; at += 4) {
      store<f32>(y + at, (load<f32>(x + at) - load<f32>(mean + at)) * load<f32>(factor + at) + load<f32>(beta + at));
    }
    x += row;
    y += row;
  }
}

/** Join a block's mean and sum of squared deviations to those of the rows before it. */
// @ts-ignore: decorator
@inline
function moments4(x: usize, rows: i32, row: usize, weight: f32, spread: f32, mean: usize, squares: usize): void {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  const end = x + <usize>rows * row;
  let from = x;
  for (; from + row < end; from += 2 * row) {
    a = f32x4.add(a, v128.load(from));
    b = f32x4.add(b, v128.load(from + row));
  }
  if (from < end) a = f32x4.add(a, v128.load(from));
  const own = f32x4.div(f32x4.add(a, b), f32x4.splat(<f32>rows));
  a = f32x4.splat(0);
  b = f32x4.splat(0);
  for (from = x; from + row < end; from += 2 * row) {
    const d = f32x4.sub(v128.load(from), own);
    const e = f32x4.sub(v128.load(from + row), own);
    a = f32x4.add(a, f32x4.mul(d, d));
    b = f32x4.add(b, f32x4.mul(e, e));
  }
  if (from < end) {
    const d = f32x4.sub(v128.load(from), own);
    a = f32x4.add(a, f32x4.mul(d, d));
  }
  const before = v128.load(mean);
  const apart = f32x4.sub(own, before);
  v128.store(mean, f32x4.add(before, f32x4.mul(apart, f32x4.splat(weight))));
  const between = f32x4.mul(f32x4.mul(apart, apart), f32x4.splat(spread));
  v128.store(squares, f32x4.add(v128.load(squares), f32x4.add(f32x4.add(a, b), between)));
}

// @ts-ignore: decorator
@inline
function moments1(x: usize, rows: i32, row: usize, weight: f32, spread: f32, mean: usize, squares: usize): void {
  let sum: f32 = 0;
  for (let r = 0; r < rows; r++) sum += load<f32>(x + <usize>r * row);
  const own: f32 = sum / <f32>rows;
  let deviations: f32 = 0;
  for (let r = 0; r < rows; r++) {
    const d: f32 = load<f32>(x + <usize>r * row) - own;
    deviations += d * d;
  }
  const apart: f32 = own - load<f32>(mean);
  store<f32>(mean, load<f32>(mean) + apart * weight);
  store<f32>(squares, load<f32>(squares) + (deviations + apart * apart * spread));
}

/**
 * Σ dy·(x − mean) and Σ dy of each channel in parts of `size` rows. Writes the parts [from, to), each `channels` of the
 * one and then `channels` of the other.
 */
export function batchNormProducts(
  x: usize,
  dy: usize,
  mean: usize,
  rows: i32,
  channels: i32,
  size: i32,
  parts: usize,
  from: i32,
  to: i32,
): void {
  const row = (<usize>channels) << 2;
  const step = blockRows(channels);
  for (let part = from; part < to; part++) {
    const products = parts + <usize>part * 2 * row;
    const sums = products + row;
    memory.fill(products, 0, 2 * row);
    const end = min(rows, (part + 1) * size);
    for (let done = part * size; done < end; done += step) {
      const count = min(step, end - done);
      const block = <usize>done * row;
      let at: usize = 0;
      for (; at + 16 <= row; at += 16) {
        products4(x + block + at, dy + block + at, count, row, mean + at, products + at, sums + at);
      }
      for (; at < row; at += 4) {
        products1(x + block + at, dy + block + at, count, row, mean + at, products + at, sums + at);
      }
    }
  }
}

/**
 * Join the parts. With x̂ = (x − mean)/√(variance + ε): dbeta = Σ dy, dgamma = Σ dy·x̂ and
 * dx = gamma/√(variance + ε) · (dy − dbeta/rows − x̂·dgamma/rows), of which `terms` gets, channel by channel, the factor
 * before the bracket, that of (x − mean) in it, and dbeta/rows: 3 × `channels` floats.
 */
export function batchNormSlopes(
  parts: usize,
  count: i32,
  rows: i32,
  channels: i32,
  variance: usize,
  gamma: usize,
  epsilon: f32,
  dgamma: usize,
  dbeta: usize,
  terms: usize,
): void {
  const row = (<usize>channels) << 2;
  for (let at: usize = 0; at < row; at += 4) {
    let product: f32 = 0;
    let sum: f32 = 0;
    for (let part = 0; part < count; part++) {
      const from = parts + <usize>part * 2 * row + at;
      product += load<f32>(from);
      sum += load<f32>(from + row);
    }
    const scale: f32 = 1 / sqrt<f32>(load<f32>(variance + at) + epsilon);
    const slope: f32 = product * scale;
    store<f32>(dgamma + at, slope);
    store<f32>(dbeta + at, sum);
    store<f32>(terms + at, load<f32>(gamma + at) * scale);
    store<f32>(terms + row + at, (scale * slope) / <f32>rows);
    store<f32>(terms + 2 * row + at, sum / <f32>rows);
  }
}

/** The rows [from, to) of dx. */
export function batchNormInputGradient(
  x: usize,
  dy: usize,
  mean: usize,
  terms: usize,
  channels: i32,
  dx: usize,
  from: i32,
  to: i32,
): void {
  const row = (<usize>channels) << 2;
  const inner = terms + row;
  const base = inner + row;
  const skipped = <usize>from * row;
  x += skipped;
  dy += skipped;
  dx += skipped;
  for (let r = from; r < to; r++) {
    let at: usize = 0;
    for (; at + 16 <= row; at += 16) {
      const centred = f32x4.sub(v128.load(x + at), v128.load(mean + at));
      const share = f32x4.mul(centred, v128.load(inner + at));
      const rest = f32x4.sub(f32x4.sub(v128.load(dy + at), v128.load(base + at)), share);
      v128.store(dx + at, f32x4.mul(rest, v128.load(terms + at)));
    }
    for (; at < row; at += 4) {
      const centred: f32 = load<f32>(x + at) - load<f32>(mean + at);
      const rest: f32 = load<f32>(dy + at) - load<f32>(base + at) - centred * load<f32>(inner + at);
      store<f32>(dx + at, rest * load<f32>(terms + at));
    }
    x += row;
    dy += row;
    dx += row;
  }
}

/** Add a block's Σ dy·(x − mean) and Σ dy to the totals. */
// @ts-ignore: decorator
@inline
function products4(x: usize, dy: usize, rows: i32, row: usize, mean: usize, products: usize, sums: usize): void {
  const centre = v128.load(mean);
  let product = f32x4.splat(0);
  let sum = f32x4.splat(0);
  for (let r = 0; r < rows; r++) {
    const d = v128.load(dy);
    sum = f32x4.add(sum, d);
    product = f32x4.add(product, f32x4.mul(d, f32x4.sub(v128.load(x), centre)));
    x += row;
    dy += row;
  }
  v128.store(products, f32x4.add(v128.load(products), product));
  v128.store(sums, f32x4.add(v128.load(sums), sum));
}

// @ts-ignore: decorator
@inline
function products1(x: usize, dy: usize, rows: i32, row: usize, mean: usize, products: usize, sums: usize): void {
  let product: f32 = 0;
  let sum: f32 = 0;
  for (let r = 0; r < rows; r++) {
    const d = load<f32>(dy + <usize>r * row);
    sum += d;
    product += d * (load<f32>(x + <usize>r * row) - load<f32>(mean));
  }
  store<f32>(products, load<f32>(products) + product);
  store<f32>(sums, load<f32>(sums) + sum);
}
