import * as tf from '@tensorflow/tfjs-core';
import { binaryCrossEntropyOf } from './binary-cross-entropy.js';
import { crossEntropyOf } from './cross-entropy.js';
import type { Loss } from './loss.js';
import type { OutputForm } from './output-form.js';
import { absoluteErrorOf, squaredErrorOf } from './regression.js';

/** Probabilities are kept this far from 0 and 1 before their logarithm is taken. */
const SMALLEST_PROBABILITY = 1e-7;

/**
 * A loss over a batch, a scalar. Differentiable with respect to `outputs`. Call it inside `tf.tidy`.
 *
 * @param outputs [B, units] in the given form
 * @param targets as `Batch.targets`
 */
export function computeLoss(loss: Loss, outputs: tf.Tensor, targets: tf.Tensor, form: OutputForm): tf.Tensor {
  switch (loss.kind) {
    case 'cross-entropy':
      return crossEntropyOf(form === 'probabilities' ? logOf(outputs) : outputs, targets, loss);
    case 'binary-cross-entropy':
      return binaryCrossEntropyOf(form === 'probabilities' ? logitOf(outputs) : outputs, targets);
    case 'mean-squared-error':
      return squaredErrorOf(outputs, targets);
    default:
      return absoluteErrorOf(outputs, targets);
  }
}

/**
 * How much a batch's mean counts when means are joined: its examples, or the sum of their class weights.
 *
 * @param targets the batch's targets in plain memory
 */
export function lossWeight(loss: Loss, targets: ArrayLike<number>, examples: number): number {
  if (loss.kind !== 'cross-entropy' || loss.classWeights === undefined) return examples;
  let weight = 0;
  for (let index = 0; index < examples; index++) weight += loss.classWeights[targets[index] ?? -1] ?? 0;
  return weight;
}

/** A softmax's logits up to a constant, which softmax ignores. */
function logOf(probabilities: tf.Tensor): tf.Tensor {
  return tf.log(tf.clipByValue(probabilities, SMALLEST_PROBABILITY, 1));
}

function logitOf(probabilities: tf.Tensor): tf.Tensor {
  const safe = tf.clipByValue(probabilities, SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY);
  return tf.sub(tf.log(safe), tf.log(tf.sub(1, safe)));
}
