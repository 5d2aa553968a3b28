import { exp4, logOf } from './exponential';
import { loadPart, storePart } from './finish';
import { largest } from './largest';

/**
 * Softmax cross-entropy of logits [rows, classes] and class ids [rows]: the loss of each row, log Σexp x − x[id], and the
 * gradient of the rows' mean, (softmax(x) − onehot(id)) / rows. A row whose id is no class has loss 0 and nothing taken
 * from its softmax. NaN and infinity in a row make its loss NaN or infinite. Works on
 * the rows [from, to).
 */
export function softmaxCrossEntropy(
  logits: usize,
  ids: usize,
  rows: i32,
  classes: i32,
  losses: usize,
  gradient: usize,
  from: i32,
  to: i32,
): void {
  const row = (<usize>classes) << 2;
  logits += <usize>from * row;
  gradient += <usize>from * row;
  ids += (<usize>from) << 2;
  losses += (<usize>from) << 2;
  const whole = row & ~15;
  const left = classes & 3;
  const mean = <f32>rows;
  for (let r = from; r < to; r++) {
    const top = largest(logits, classes);
    const shift = f32x4.splat(top);
    let sums = f32x4.splat(0);
    for (let at: usize = 0; at < whole; at += 16) {
      const e = exp4(f32x4.sub(v128.load(logits + at), shift));
      v128.store(gradient + at, e);
      sums = f32x4.add(sums, e);
    }
    let total: f32 =
      f32x4.extract_lane(sums, 0) +
      f32x4.extract_lane(sums, 1) +
      (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
    if (left > 0) {
      const e = exp4(f32x4.sub(loadPart(logits + whole, left), shift));
      storePart(gradient + whole, e, left);
      total += f32x4.extract_lane(e, 0);
      if (left > 1) total += f32x4.extract_lane(e, 1);
      if (left > 2) total += f32x4.extract_lane(e, 2);
    }
    const id = load<i32>(ids);
    const known = id >= 0 && id < classes;
    const at = (<usize>id) << 2;
    const own: f32 = known ? load<f32>(gradient + at) : 0;
    // The total is NaN when such a logit or an infinite one is in the row, which the loss must show whatever the id.
    store<f32>(losses, known ? <f32>(logOf(total) - <f64>(load<f32>(logits + at) - top)) : total - total);
    const sum = f32x4.splat(total);
    const by = f32x4.splat(mean);
    for (let each: usize = 0; each < whole; each += 16) {
      v128.store(gradient + each, f32x4.div(f32x4.div(v128.load(gradient + each), sum), by));
    }
    if (left > 0) {
      storePart(gradient + whole, f32x4.div(f32x4.div(loadPart(gradient + whole, left), sum), by), left);
    }
    if (known) store<f32>(gradient + at, (own / total - 1) / mean);
    logits += row;
    gradient += row;
    ids += 4;
    losses += 4;
  }
}
