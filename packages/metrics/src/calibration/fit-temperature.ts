import { GraftError } from '@graft-ml/core';

export interface TemperatureOptions {
  /** [n × units], row by row: logits; logarithms of probabilities serve as well for classes. */
  readonly logits: ArrayLike<number>;
  /** Class ids [n], or 0 and 1 for each label [n × units]. */
  readonly targets: ArrayLike<number>;
  readonly units: number;
  /** One of the classes, or labels that may occur together. Default `classes`. */
  readonly kind?: 'classes' | 'multi-label';
}

export interface FittedTemperature {
  /** What logits are to be divided by; above 1 where the model was too sure of itself. Within 0.05 … 20. */
  readonly temperature: number;
  /** Mean log loss in nats, with T = 1. */
  readonly lossBefore: number;
  /** With this temperature; never higher. */
  readonly lossAfter: number;
}

const [COLDEST, HOTTEST] = [0.05, 20];
const MOST_ITERATIONS = 100;

/**
 * Temperature scaling: the one number that a model's logits are divided by so that its log loss is lowest on data that it was not
 * trained on (Guo et al. 2017, https://arxiv.org/abs/1706.04599, section 4.2). The order of classes, and so the accuracy, stays.
 *
 * The loss is convex in 1/T, and Newton's method finds its one minimum; where a step leaves the bracket that is known to hold it, the
 * bracket is halved.
 *
 * @throws GraftError `bad-input` for no examples, sizes that do not fit, numbers that are not finite, or a foreign class
 *
 * @example
 * ```ts
 * import { fitTemperature } from '@graft-ml/metrics/calibration';
 * // Always as sure, and right three times of four.
 * const logits = [4, 0, 4, 0, 4, 0, 4, 0];
 * const { temperature } = fitTemperature({ logits, targets: [0, 0, 0, 1], units: 2 });
 * console.log(temperature.toFixed(2)); // 3.64: 4 / ln 3
 * ```
 */
export function fitTemperature(options: TemperatureOptions): FittedTemperature {
  check(options);
  const slope = options.kind === 'multi-label' ? labelSlope : classSlope;
  let [low, high] = [1 / HOTTEST, 1 / COLDEST];
  let beta = 1;
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const { first, second } = slope(options, beta);
    if (first > 0) high = beta;
    else low = beta;
    const newton = beta - first / second;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    const moved = Math.abs(next - beta);
    beta = next;
    if (moved <= 1e-12 * beta || first === 0) break;
  }
  const lossBefore = slope(options, 1).value;
  const { value } = slope(options, beta);
  return value < lossBefore
    ? { temperature: 1 / beta, lossBefore, lossAfter: value }
    : { temperature: 1, lossBefore, lossAfter: lossBefore };
}

interface Slope {
  /** Mean loss at β = 1/T, and its derivatives there. */
  readonly value: number;
  readonly first: number;
  readonly second: number;
}

/** log Σ exp(βz) − βz_y; the derivatives are E[z] − z_y and Var[z] under the softmax. */
function classSlope({ logits, targets, units }: TemperatureOptions, beta: number): Slope {
  let [value, first, second] = [0, 0, 0];
  const rows = targets.length;
  for (let row = 0; row < rows; row++) {
    const at = (column: number): number => logits[row * units + column] ?? 0;
    let largest = -Infinity;
    for (let column = 0; column < units; column++) largest = Math.max(largest, at(column));
    let [sum, mean, square] = [0, 0, 0];
    for (let column = 0; column < units; column++) {
      const z = at(column) - largest;
      const power = Math.exp(beta * z);
      sum += power;
      mean += power * z;
      square += power * z * z;
    }
    const own = at(targets[row] ?? 0) - largest;
    value += Math.log(sum) - beta * own;
    first += mean / sum - own;
    second += square / sum - (mean / sum) ** 2;
  }
  return { value: value / rows, first: first / rows, second: second / rows };
}

/** log(1 + exp(βx)) − βxz for each label, in the form that never overflows. */
function labelSlope({ logits, targets }: TemperatureOptions, beta: number): Slope {
  let [value, first, second] = [0, 0, 0];
  for (let at = 0; at < logits.length; at++) {
    const [x, z] = [logits[at] ?? 0, targets[at] ?? 0];
    const scaled = beta * x;
    const probability = 1 / (1 + Math.exp(-scaled));
    value += Math.max(scaled, 0) - scaled * z + Math.log1p(Math.exp(-Math.abs(scaled)));
    first += (probability - z) * x;
    second += probability * (1 - probability) * x * x;
  }
  return { value: value / logits.length, first: first / logits.length, second: second / logits.length };
}

function check({ logits, targets, units, kind }: TemperatureOptions): void {
  const refuse = (what: string, expected: string): never => {
    throw new GraftError({ code: 'bad-input', what, expected });
  };
  const labels = kind === 'multi-label';
  const wanted = labels ? logits.length : logits.length / units;
  if (!Number.isSafeInteger(units) || units < (labels ? 1 : 2) || targets.length === 0 || targets.length !== wanted) {
    refuse(
      `${logits.length} logits of ${units} units came with ${targets.length} targets.`,
      labels
        ? 'One target for each logit was expected.'
        : 'At least one example, and one class id for each, were expected.',
    );
  }
  for (const value of Array.from(logits)) {
    if (!Number.isFinite(value)) refuse(`A logit is ${value}.`, 'Finite numbers were expected.');
  }
  for (const target of Array.from(targets)) {
    const fits = labels ? target >= 0 && target <= 1 : Number.isInteger(target) && target >= 0 && target < units;
    if (!fits)
      refuse(`A target is ${target}.`, labels ? '0 to 1 was expected.' : `A class 0 … ${units - 1} was expected.`);
  }
}
