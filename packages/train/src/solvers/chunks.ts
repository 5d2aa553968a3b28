import * as tf from '@tensorflow/tfjs-core';
import type { FeatureTable } from './feature-table.js';

/** Rows that are on the engine at a time: large enough for fast products, small beside the table. */
const ROWS = 4096;

/** A table's features in parts, as tensors [count, D] that the caller disposes. */
export function* chunksOf({ rows, width, features }: FeatureTable): Generator<{
  readonly x: tf.Tensor2D;
  readonly from: number;
  readonly count: number;
}> {
  for (let from = 0; from < rows; from += ROWS) {
    const count = Math.min(ROWS, rows - from);
    yield { x: tf.tensor2d(features.subarray(from * width, (from + count) * width), [count, width]), from, count };
  }
}

/** The root mean square of the rows' lengths about their mean, and that mean: what makes one strength fit all features. */
export function scaleOf({ features, rows, width }: FeatureTable): {
  readonly mean: Float64Array;
  readonly scale: number;
} {
  const mean = new Float64Array(width);
  let squares = 0;
  for (const [at, value] of features.entries()) {
    const column = at % width;
    mean[column] = (mean[column] ?? 0) + value / rows;
    squares += value ** 2 / rows;
  }
  const scale = Math.sqrt(Math.max(0, squares - mean.reduce((sum, value) => sum + value ** 2, 0)));
  return { mean, scale: scale > 0 ? scale : 1 };
}
