import * as tf from '@tensorflow/tfjs-core';
import { GraftError, throwIfCancelled } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import { checkNumber } from '../check-number.js';
import { chunksOf } from './chunks.js';
import { featureTable, type FeatureTable } from './feature-table.js';
import { lbfgs, type Slope } from './lbfgs.js';
import type { LinearSolution } from './linear-solution.js';

export interface LogisticOptions {
  /** λ above 0: the objective is the mean loss + λ/2 · ‖kernel‖². scikit-learn's C is 1/(λ · examples). Default 1e-3. */
  readonly l2?: number;
  /**
   * One weight ≥ 0 a class, for exclusive classes: each example's loss counts by the weight of its class. The mean stays one
   * over the examples, as with scikit-learn's `class_weight`.
   */
  readonly classWeights?: readonly number[];
  /** No component of the gradient is larger at the end. Default 1e-5. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Logistic regression, solved to convergence with L-BFGS: softmax over classes, or a sigmoid for each label of a multi-label
 * target. On cached features it is the strong baseline with few labels (Kornblith et al. 2019,
 * https://arxiv.org/abs/1805.08974, section 3; Tian et al. 2020, https://arxiv.org/abs/2003.11539). The objective has one
 * minimum, so there is no seed.
 *
 * @param data features of one example in each row; classes or multi-label. A table is not read again, and not changed
 * @throws GraftError `bad-input` for targets that are values, an empty dataset or a strength of 0; `cancelled`
 *
 * @example
 * ```ts
 * import { arrayDataset } from '@graft-ml/datasets';
 * import { logisticRegression } from '@graft-ml/train/solvers';
 * const data = arrayDataset({
 *   name: 'points',
 *   inputs: [{ data: Float32Array.of(0, 1, 2, 3), shape: [1] }],
 *   targets: Int32Array.of(0, 0, 1, 1),
 *   target: { kind: 'classes', labels: ['low', 'high'] },
 * });
 * const { kernel, converged } = await logisticRegression(data, { l2: 0.1 });
 * console.log(kernel.length, converged); // 2 true
 * ```
 */
export async function logisticRegression(
  data: Dataset | FeatureTable,
  options: LogisticOptions = {},
): Promise<LinearSolution> {
  const { l2 = 1e-3, tolerance = 1e-5, maxIterations = 500, classWeights, signal } = options;
  checkNumber('The l2 of logistic regression is', l2, 'above 0');
  if (data.target.kind === 'values') {
    throw new GraftError({
      code: 'bad-input',
      what: `"${data.name}" has values as targets.`,
      expected: 'Logistic regression needs classes or labels.',
      remedy: 'Use ridgeRegression.',
    });
  }
  const exclusive = data.target.kind === 'classes';
  const plain = 'features' in data ? data : await featureTable(data, signal);
  const table = classWeights === undefined ? plain : weighted(plain, classWeights, exclusive);
  const { width, outputs } = table;
  const slopeAt = (point: Float64Array): Promise<Slope> => {
    throwIfCancelled(signal, 'solving a logistic regression');
    return slope(table, point, l2, exclusive);
  };
  const found = await lbfgs(slopeAt, new Float64Array((width + 1) * outputs), { tolerance, maxIterations });
  return {
    kernel: Float32Array.from(found.point.subarray(0, width * outputs)),
    bias: Float32Array.from(found.point.subarray(width * outputs)),
    losses: found.values,
    converged: found.converged,
  };
}

async function slope(table: FeatureTable, point: Float64Array, l2: number, exclusive: boolean): Promise<Slope> {
  const { rows, width, outputs } = table;
  const weights = width * outputs;
  const gradient = new Float64Array(point.length);
  let value = 0;
  const kernel = tf.tensor2d(Float32Array.from(point.subarray(0, weights)), [width, outputs]);
  const bias = tf.tensor1d(Float32Array.from(point.subarray(weights)));
  try {
    for (const { x, from, count } of chunksOf(table)) {
      try {
        const logits = await read(tf.tidy(() => tf.add(tf.matMul(x, kernel), bias)));
        const targets = table.targets.subarray(from * outputs, (from + count) * outputs);
        const { loss, errors } = exclusive ? softmaxErrors(logits, targets, outputs) : sigmoidErrors(logits, targets);
        value += loss / rows;
        const ofKernel = await read(tf.tidy(() => tf.matMul(x, tf.tensor2d(errors, [count, outputs]), true)));
        for (const [at, part] of ofKernel.entries()) gradient[at] = (gradient[at] ?? 0) + part / rows;
        for (const [at, error] of errors.entries()) {
          const place = weights + (at % outputs);
          gradient[place] = (gradient[place] ?? 0) + error / rows;
        }
      } finally {
        x.dispose();
      }
    }
  } finally {
    tf.dispose([kernel, bias]);
  }
  for (let at = 0; at < weights; at++) {
    const weight = point[at] ?? 0;
    value += (l2 / 2) * weight ** 2;
    gradient[at] = (gradient[at] ?? 0) + l2 * weight;
  }
  return { value, gradient };
}

/** One-hot rows times the weight of their class: what the errors below take for an example that counts so much. */
function weighted(table: FeatureTable, classWeights: readonly number[], exclusive: boolean): FeatureTable {
  const { targets, outputs } = table;
  if (!exclusive || classWeights.length !== outputs || !classWeights.every((weight) => weight >= 0)) {
    throw new GraftError({
      code: 'bad-input',
      what: `There are ${classWeights.length} class weights, ${classWeights.join(', ')}.`,
      expected: `Weights of at least 0 for each of ${outputs} exclusive classes were expected.`,
    });
  }
  return { ...table, targets: targets.map((target, at) => target * (classWeights[at % outputs] ?? 1)) };
}

async function read(tensor: tf.Tensor): Promise<Float32Array> {
  const values = Float32Array.from(await tensor.data());
  tensor.dispose();
  return values;
}

interface Errors {
  /** Summed over the rows, in double precision: the line search compares values that are nearly equal. */
  readonly loss: number;
  /** Probabilities minus targets. */
  readonly errors: Float32Array;
}

function softmaxErrors(logits: Float32Array, targets: Float32Array, outputs: number): Errors {
  const errors = new Float32Array(logits.length);
  let loss = 0;
  for (let row = 0; row < logits.length; row += outputs) {
    const own = logits.subarray(row, row + outputs);
    const largest = own.reduce((most, value) => Math.max(most, value), -Infinity);
    const total = own.reduce((sum, value) => sum + Math.exp(value - largest), 0);
    // The example's weight: targets are one-hot rows times it.
    const weight = targets.subarray(row, row + outputs).reduce((sum, target) => sum + target, 0);
    for (const [at, value] of own.entries()) {
      const target = targets[row + at] ?? 0;
      errors[row + at] = (weight * Math.exp(value - largest)) / total - target;
      loss -= target * (value - largest - Math.log(total));
    }
  }
  return { loss, errors };
}

/** max(x, 0) − x·z + log(1 + exp(−|x|)), the form that never overflows. */
function sigmoidErrors(logits: Float32Array, targets: Float32Array): Errors {
  let loss = 0;
  const errors = logits.map((value, at) => {
    const target = targets[at] ?? 0;
    loss += Math.max(value, 0) - value * target + Math.log1p(Math.exp(-Math.abs(value)));
    return 1 / (1 + Math.exp(-value)) - target;
  });
  return { loss, errors };
}
