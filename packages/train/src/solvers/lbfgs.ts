/** A function's value and gradient at a point. */
export interface Slope {
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface LbfgsOptions {
  /** Stop when no component of the gradient is larger. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** Told of each iteration, from 1. */
  readonly onIteration?: (iteration: number, value: number) => void;
}

export interface LbfgsResult {
  readonly point: Float64Array;
  readonly values: readonly number[];
  readonly converged: boolean;
}

/** How much of the decrease that the slope promises a step must bring. */
const SUFFICIENT = 1e-4;
/**
 * Values closer than this, relatively, are not told apart: they are sums in single precision. Then the slopes decide, by the
 * approximate Wolfe condition (Hager & Zhang 2005, eq. 4.1).
 */
const NOISE = 1e-6;
/** How many past steps stand for the curvature. */
const MEMORY = 10;

/**
 * Minimise a smooth function with the limited-memory BFGS method (Liu & Nocedal 1989; Nocedal & Wright, Numerical
 * Optimization, algorithms 7.4 and 7.5), with step lengths that meet the weak Wolfe conditions, found by bisection.
 */
export async function lbfgs(
  slopeAt: (point: Float64Array) => Promise<Slope>,
  start: Float64Array,
  { tolerance, maxIterations, onIteration }: LbfgsOptions,
): Promise<LbfgsResult> {
  const steps: { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[] = [];
  let point = start;
  let here = await slopeAt(point);
  const values = [here.value];
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    if (largest(here.gradient) <= tolerance) return { point, values, converged: true };
    const direction = descent(here.gradient, steps);
    const found = await lineSearch(slopeAt, point, here, direction, iteration === 1 ? 1 / norm(here.gradient) : 1);
    // The search stands still where rounding hides any decrease: that is as far as the numbers reach.
    if (found === undefined) return { point, values, converged: largest(here.gradient) <= 10 * tolerance };
    const s = combine(found.point, -1, point);
    const y = combine(found.slope.gradient, -1, here.gradient);
    const curvature = dot(s, y);
    if (curvature > 1e-12 * dot(y, y)) steps.push({ s, y, rho: 1 / curvature });
    if (steps.length > MEMORY) steps.shift();
    point = found.point;
    here = found.slope;
    values.push(here.value);
    onIteration?.(iteration, here.value);
  }
  return { point, values, converged: largest(here.gradient) <= tolerance };
}

/** The two-loop recursion. */
function descent(
  gradient: Float64Array,
  steps: readonly { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[],
): Float64Array {
  let q: Float64Array = Float64Array.from(gradient);
  const alphas: number[] = [];
  for (const { s, y, rho } of steps.toReversed()) {
    const alpha = rho * dot(s, q);
    alphas.push(alpha);
    q = combine(q, -alpha, y);
  }
  const last = steps.at(-1);
  if (last !== undefined) {
    const gamma = dot(last.s, last.y) / dot(last.y, last.y);
    q = q.map((value) => value * gamma);
  }
  for (const { s, y, rho } of steps) q = combine(q, (alphas.pop() ?? 0) - rho * dot(y, q), s);
  return q.map((value) => -value);
}

async function lineSearch(
  slopeAt: (point: Float64Array) => Promise<Slope>,
  point: Float64Array,
  here: Slope,
  direction: Float64Array,
  first: number,
): Promise<{ readonly point: Float64Array; readonly slope: Slope } | undefined> {
  const descentRate = dot(here.gradient, direction);
  let [low, high, length] = [0, Infinity, first];
  for (let attempt = 0; attempt < 30; attempt++) {
    const next = combine(point, length, direction);
    const slope = await slopeAt(next);
    const rate = dot(slope.gradient, direction);
    const decreased = slope.value <= here.value + SUFFICIENT * length * descentRate;
    const level =
      slope.value <= here.value + NOISE * Math.abs(here.value) && rate <= (2 * SUFFICIENT - 1) * descentRate;
    if (!decreased && !level) high = length;
    else if (rate < 0.9 * descentRate) low = length;
    else return { point: next, slope };
    length = high === Infinity ? 2 * low : (low + high) / 2;
  }
  return undefined;
}

function combine(a: Float64Array, factor: number, b: Float64Array): Float64Array {
  return a.map((value, at) => value + factor * (b[at] ?? 0));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

function largest(a: Float64Array): number {
  return a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
