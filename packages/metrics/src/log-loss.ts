import { GraftError } from '@graft-ml/core';
import { checkClasses } from './check.js';
import type { Metric } from './metric.js';

/** A certain mistake costs −ln(2⁻²³) ≈ 15.9 instead of infinity: float32 probabilities tell no more apart near 1. */
const SMALLEST = 2 ** -23;
/** Rows of float32 probabilities sum to 1 only so nearly. */
const TOLERANCE = 1e-2;

/**
 * The mean of −ln(probability of the true class), in nats; 0 is perfect, ln(classes) is what guessing evenly gives.
 * Outputs must be probabilities (after softmax), rows summing to 1; they are clipped to 2⁻²³ … 1. A NaN anywhere in a
 * row makes the result NaN: a broken model has no loss.
 *
 * `update` throws GraftError `bad-input` for rows that are no probabilities, naming the example.
 */
export function logLoss(): Metric {
  let total = 0;
  let seen = 0;
  return {
    name: 'logLoss',
    update(outputs: Float32Array, targets: ArrayLike<number>, outputSize: number): void {
      const examples = checkClasses('logLoss', outputs, targets, outputSize, seen);
      // Summed one by one onto the running total, and kept only when the whole batch is good, so that the result does
      // not depend on how the stream was cut into batches.
      let running = total;
      for (let row = 0; row < examples; row++) {
        const probabilities = outputs.subarray(row * outputSize, (row + 1) * outputSize);
        checkProbabilities(probabilities, seen + row);
        const sum = probabilities.reduce((all, each) => all + each, 0);
        const truth = probabilities[targets[row] ?? 0] ?? Number.NaN;
        running -= Number.isNaN(sum) ? Number.NaN : Math.log(Math.min(1, Math.max(SMALLEST, truth)));
      }
      total = running;
      seen += examples;
    },
    result: (): number => (seen === 0 ? Number.NaN : total / seen),
    reset(): void {
      total = 0;
      seen = 0;
    },
  };
}

function checkProbabilities(row: Float32Array, example: number): void {
  let sum = 0;
  let within = true;
  for (const each of row) {
    sum += each;
    if (each < 0 || each > 1 + TOLERANCE) within = false;
  }
  if (Number.isNaN(sum) || (within && Math.abs(sum - 1) <= TOLERANCE)) return;
  throw new GraftError({
    code: 'bad-input',
    what: `logLoss: the outputs of example ${example} are not probabilities; they sum to ${sum.toPrecision(4)}.`,
    expected: 'Each row must hold numbers from 0 to 1 that sum to 1.',
    remedy: 'Apply softmax to logits first.',
  });
}
