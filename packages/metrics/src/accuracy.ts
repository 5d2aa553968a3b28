import { GraftError } from '@graft-ml/core';
import { checkClasses, checkValues } from './check.js';
import type { Metric } from './metric.js';
import { predictedClass } from './predicted-class.js';

/**
 * The fraction of examples whose largest output is the true class, 0 … 1. Outputs may be probabilities or logits. On a
 * tie the lower class counts as the prediction; an example with a NaN among its outputs counts as wrong.
 *
 * @example
 * ```ts
 * import { accuracy } from '@graft-ml/metrics';
 * const metric = accuracy();
 * metric.update(new Float32Array([0.9, 0.1, 0.3, 0.7]), [0, 0], 2);
 * console.log(metric.result()); // 0.5
 * ```
 */
export function accuracy(): Metric {
  return counting('accuracy', (name, outputs, targets, outputSize, seen) => {
    const examples = checkClasses(name, outputs, targets, outputSize, seen);
    let right = 0;
    for (let row = 0; row < examples; row++) {
      if (predictedClass(outputs, row, outputSize) === targets[row]) right++;
    }
    return { right, of: examples };
  });
}

/**
 * The fraction of examples whose true class is among the k largest outputs, 0 … 1. Ties rank the lower class first, so
 * that `topK(1)` is `accuracy()`; an example with a NaN among its outputs counts as wrong. With k at or above the
 * number of classes everything else counts as right.
 *
 * @throws GraftError `bad-input` when k is not a whole number of at least 1
 */
export function topK(k: number): Metric {
  if (!Number.isInteger(k) || k < 1) {
    throw new GraftError({
      code: 'bad-input',
      what: `topK was given k = ${k}.`,
      expected: 'It must be a whole number of at least 1.',
    });
  }
  return counting(`top${k}Accuracy`, (name, outputs, targets, outputSize, seen) => {
    const examples = checkClasses(name, outputs, targets, outputSize, seen);
    let right = 0;
    for (let row = 0; row < examples; row++) {
      if (rankOf(outputs, row, outputSize, targets[row] ?? 0) < k) right++;
    }
    return { right, of: examples };
  });
}

/**
 * For multi-label models: the fraction of single decisions (example × label) that are right, 0 … 1. An output of at
 * least 0.5 says yes, so outputs must be probabilities; targets are 0 or 1, [n × outputSize]. A NaN output counts as
 * wrong.
 */
export function binaryAccuracy(): Metric {
  return counting('binaryAccuracy', (name, outputs, targets, outputSize, seen) => {
    checkValues(name, outputs, targets, outputSize);
    let right = 0;
    for (let index = 0; index < outputs.length; index++) {
      const target = targets[index];
      if (target !== 0 && target !== 1) {
        throw new GraftError({
          code: 'bad-input',
          what: `binaryAccuracy: example ${Math.floor((seen + index) / outputSize)} has target ${target}.`,
          expected: 'Multi-label targets must be 0 or 1.',
        });
      }
      const output = outputs[index] ?? Number.NaN;
      if (!Number.isNaN(output) && output >= 0.5 === (target === 1)) right++;
    }
    return { right, of: outputs.length };
  });
}

/** How many classes rank before `target` in one row; more than any k when the row holds a NaN. */
function rankOf(outputs: Float32Array, row: number, outputSize: number, target: number): number {
  const from = row * outputSize;
  const own = outputs[from + target] ?? Number.NaN;
  let before = 0;
  for (let column = 0; column < outputSize; column++) {
    const output = outputs[from + column] ?? Number.NaN;
    if (Number.isNaN(output)) return Number.POSITIVE_INFINITY;
    if (output > own || (output === own && column < target)) before++;
  }
  return before;
}

type Count = (
  name: string,
  outputs: Float32Array,
  targets: ArrayLike<number>,
  outputSize: number,
  seen: number,
) => { right: number; of: number };

/** A metric that is a share of decisions. */
function counting(name: string, count: Count): Metric {
  let right = 0;
  let seen = 0;
  return {
    name,
    update(outputs: Float32Array, targets: ArrayLike<number>, outputSize: number): void {
      const batch = count(name, outputs, targets, outputSize, seen);
      right += batch.right;
      seen += batch.of;
    },
    result: (): number => (seen === 0 ? Number.NaN : right / seen),
    reset(): void {
      right = 0;
      seen = 0;
    },
  };
}
