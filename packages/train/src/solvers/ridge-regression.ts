import * as tf from '@tensorflow/tfjs-core';
import type { Dataset } from '@graft-ml/datasets';
import { checkNumber } from '../check-number.js';
import { solvePositive } from './cholesky.js';
import { scaleOf } from './chunks.js';
import { featureTable, type FeatureTable } from './feature-table.js';
import type { LinearSolution } from './linear-solution.js';

export interface RidgeOptions {
  /** λ above 0: the objective is Σ(output − target)² + λ · ‖kernel‖²; the bias is free. scikit-learn calls it alpha. Default 1. */
  readonly l2?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Ridge regression in closed form (Hoerl & Kennard 1970). Targets are values as they are, and −1 and 1 for classes and labels,
 * as in scikit-learn's `RidgeClassifier`. It solves as many equations as there are features or examples, whichever are fewer.
 *
 * @param data a table is not read again, and not changed
 * @throws GraftError `bad-input` for an empty dataset or a strength of 0; `cancelled`
 */
export async function ridgeRegression(
  data: Dataset | FeatureTable,
  options: RidgeOptions = {},
): Promise<LinearSolution> {
  const { l2 = 1, signal } = options;
  checkNumber('The l2 of ridge regression is', l2, 'above 0');
  const table = 'features' in data ? data : await featureTable(data, signal);
  const { rows, width, outputs, features } = table;
  const targets = data.target.kind === 'values' ? table.targets : table.targets.map((value) => 2 * value - 1);
  const { mean } = scaleOf(table);
  const means = new Float64Array(outputs);
  for (const [at, value] of targets.entries()) means[at % outputs] = (means[at % outputs] ?? 0) + value / rows;
  const x = features.map((value, at) => value - (mean[at % width] ?? 0));
  const y = targets.map((value, at) => value - (means[at % outputs] ?? 0));
  const centred: FeatureTable = { ...table, features: x, targets: y };
  const kernel = rows < width ? await byExamples(centred, l2) : await byFeatures(centred, l2);
  const bias = means.map((value, output) => {
    let shift = 0;
    for (let column = 0; column < width; column++)
      shift += (mean[column] ?? 0) * (kernel[column * outputs + output] ?? 0);
    return value - shift;
  });
  return { kernel: Float32Array.from(kernel), bias: Float32Array.from(bias), losses: [], converged: true };
}

/** (XᵀX + λ) W = XᵀY */
async function byFeatures(table: FeatureTable, l2: number): Promise<Float64Array> {
  const { width, outputs } = table;
  const gram = await product(table.features, table.features, table.rows, width, width);
  for (let at = 0; at < width; at++) gram[at * width + at] = (gram[at * width + at] ?? 0) + l2;
  return solvePositive(gram, await product(table.features, table.targets, table.rows, width, outputs), width, outputs);
}

/** W = Xᵀ A with (XXᵀ + λ) A = Y: the same solution, with fewer equations when there are few examples. */
async function byExamples(
  { features, targets, rows, width, outputs }: FeatureTable,
  l2: number,
): Promise<Float64Array> {
  const gram = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? l2 : 0;
      for (let k = 0; k < width; k++) sum += (features[i * width + k] ?? 0) * (features[j * width + k] ?? 0);
      gram[i * rows + j] = sum;
      gram[j * rows + i] = sum;
    }
  }
  const factors = solvePositive(gram, Float64Array.from(targets), rows, outputs);
  const kernel = new Float64Array(width * outputs);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) {
      const feature = features[row * width + column] ?? 0;
      if (feature === 0) continue;
      for (let output = 0; output < outputs; output++) {
        const at = column * outputs + output;
        kernel[at] = (kernel[at] ?? 0) + feature * (factors[row * outputs + output] ?? 0);
      }
    }
  }
  return kernel;
}

/** Rows whose products are summed in single precision; the sums of such parts are in double. */
const ROWS = 512;

/** AᵀB for A [rows × m] and B [rows × n]. */
async function product(a: Float32Array, b: Float32Array, rows: number, m: number, n: number): Promise<Float64Array> {
  const sum = new Float64Array(m * n);
  for (let from = 0; from < rows; from += ROWS) {
    const to = Math.min(rows, from + ROWS);
    const part = tf.tidy(() =>
      tf.matMul(
        tf.tensor2d(a.subarray(from * m, to * m), [to - from, m]),
        tf.tensor2d(b.subarray(from * n, to * n), [to - from, n]),
        true,
      ),
    );
    const values = await part.data();
    part.dispose();
    for (const [at, value] of values.entries()) sum[at] = (sum[at] ?? 0) + value;
  }
  return sum;
}
