/*
 * One pass over a weight instead of an op for each step of the formula. Every operation rounds once, in the order of the
 * ops that these replace, so that results are the same bits: no fused multiply-add, in either build.
 */

/** How weight decay enters: not at all, added to the gradient (L2), or by shrinking the weight (AdamW). */
const ADDED: i32 = 1;
const DECOUPLED: i32 = 2;

/**
 * Adam's step: M ← β₁M + g, V ← β₂V + g², w ← w − k·M / (√V + ε′). Outputs may not overlap inputs. Floats
 * [from, to).
 *
 * @param decay what the weight is multiplied by: the L2 strength, or 1 − rate × strength when decoupled
 * @param decaying 0, ADDED or DECOUPLED
 */
export function adamUpdate(
  weight: usize,
  gradient: usize,
  first: usize,
  second: usize,
  scale: f32,
  floor: f32,
  keepFirst: f32,
  keepSecond: f32,
  decay: f32,
  decaying: i32,
  outWeight: usize,
  outFirst: usize,
  outSecond: usize,
  from: i32,
  to: i32,
): void {
  const k = f32x4.splat(scale);
  const epsilon = f32x4.splat(floor);
  const beta1 = f32x4.splat(keepFirst);
  const beta2 = f32x4.splat(keepSecond);
  const shrink = f32x4.splat(decay);
  let at: usize = (<usize>from) << 2;
  const end = at + (((<usize>(to - from)) << 2) & ~15);
  for (; at < end; at += 16) {
    let w = v128.load(weight + at);
    let g = v128.load(gradient + at);
    if (decaying == ADDED) g = f32x4.add(g, f32x4.mul(w, shrink));
    else if (decaying == DECOUPLED) w = f32x4.mul(w, shrink);
    const m = f32x4.add(f32x4.mul(v128.load(first + at), beta1), g);
    const v = f32x4.add(f32x4.mul(v128.load(second + at), beta2), f32x4.mul(g, g));
    v128.store(outFirst + at, m);
    v128.store(outSecond + at, v);
    const move = f32x4.mul(f32x4.div(m, f32x4.add(f32x4.sqrt(v), epsilon)), k);
    v128.store(outWeight + at, f32x4.sub(w, move));
  }
  for (; at < (<usize>to) << 2; at += 4) {
    let w = load<f32>(weight + at);
    let g = load<f32>(gradient + at);
    if (decaying == ADDED) g = g + w * decay;
    else if (decaying == DECOUPLED) w = w * decay;
    const m = load<f32>(first + at) * keepFirst + g;
    const v = load<f32>(second + at) * keepSecond + g * g;
    store<f32>(outFirst + at, m);
    store<f32>(outSecond + at, v);
    store<f32>(outWeight + at, w - (m / (sqrt<f32>(v) + floor)) * scale);
  }
}

/**
 * A step of gradient descent: v ← μv + g, w ← w − rate·v, or w − rate·(g + μv) with Nesterov's look ahead. Floats
 * [from, to).
 *
 * @param velocity 0 for none, and then outVelocity is not written
 * @param decay the L2 strength, used when `decaying` is not 0
 */
export function sgdUpdate(
  weight: usize,
  gradient: usize,
  velocity: usize,
  rate: f32,
  momentum: f32,
  nesterov: i32,
  decay: f32,
  decaying: i32,
  outWeight: usize,
  outVelocity: usize,
  from: i32,
  to: i32,
): void {
  const k = f32x4.splat(rate);
  const mu = f32x4.splat(momentum);
  const pull = f32x4.splat(decay);
  let at: usize = (<usize>from) << 2;
  const end = at + (((<usize>(to - from)) << 2) & ~15);
  for (; at < end; at += 16) {
    const w = v128.load(weight + at);
    let g = v128.load(gradient + at);
    if (decaying != 0) g = f32x4.add(g, f32x4.mul(w, pull));
    if (velocity != 0) {
      const v = f32x4.add(f32x4.mul(v128.load(velocity + at), mu), g);
      v128.store(outVelocity + at, v);
      g = nesterov != 0 ? f32x4.add(g, f32x4.mul(v, mu)) : v;
    }
    v128.store(outWeight + at, f32x4.sub(w, f32x4.mul(g, k)));
  }
  for (; at < (<usize>to) << 2; at += 4) {
    const w = load<f32>(weight + at);
    let g = load<f32>(gradient + at);
    if (decaying != 0) g = g + w * decay;
    if (velocity != 0) {
      const v = load<f32>(velocity + at) * momentum + g;
      store<f32>(outVelocity + at, v);
      g = nesterov != 0 ? g + v * momentum : v;
    }
    store<f32>(outWeight + at, w - g * rate);
  }
}
