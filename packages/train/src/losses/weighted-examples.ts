import * as tf from '@tensorflow/tfjs-core';
import type { FitOptions } from '../fit-options.js';
import { refuse } from '../refuse.js';
import type { Loss } from './loss.js';

export interface WeightedExamplesOptions {
  /** A weight of at least 0 for each example of the training data, in their order; not all 0. */
  readonly weights: ArrayLike<number>;
  /** What is weighted. Class weights belong into `weights`. */
  readonly loss: Loss;
}

/**
 * Train with a weight for each example: a batch's loss is Σ wᵢ·lossᵢ / Σ wᵢ, as class weights count in PyTorch. Weighted
 * examples are what importance weighting against a shift between tasks needs (Shimodaira 2000). Validations are not weighted.
 *
 * @returns options for `fit`, or for a recipe's phase: the loss as a term, in place of the plain one
 * @throws GraftError `bad-input` for weights below 0 or not finite, none above 0, or class weights; from training, when there
 *   are fewer weights than examples
 *
 * @example
 * ```ts
 * import { crossEntropy } from '@graft-ml/train';
 * import { weightedExamples } from '@graft-ml/train/losses';
 * const weighted = weightedExamples({ weights: [1, 1, 0.2], loss: crossEntropy() });
 * // fit({ network, data, epochs: 5, seed: 1, ...weighted })
 * console.log(weighted.lossWeight); // 0
 * ```
 */
export function weightedExamples({
  weights,
  loss,
}: WeightedExamplesOptions): Required<Pick<FitOptions, 'loss' | 'lossWeight' | 'terms'>> {
  const values = Float32Array.from(weights);
  const wrong = values.findIndex((value) => !(value >= 0 && value < Infinity));
  if (wrong >= 0) refuse(`Example ${wrong} has the weight ${weights[wrong]}.`, 'Numbers of at least 0 were expected.');
  if (!values.some((value) => value > 0)) refuse('All weights are 0.', 'At least one above 0 was expected.');
  if (loss.kind === 'cross-entropy' && loss.classWeights !== undefined) {
    refuse('Examples and classes were both given weights.', 'One of them was expected.', 'Multiply them.');
  }
  const sum = values.reduce((total, value, at) => total + value * ((at % 97) + 1), 0);
  return {
    loss,
    lossWeight: 0,
    terms: [
      {
        name: `weighted ${loss.kind} ${values.length} ${sum}`,
        compute({ batch, output }) {
          const own = Float32Array.from(batch.indices, (index) => values[index] ?? Number.NaN);
          if (own.some((value) => Number.isNaN(value))) {
            refuse(
              `There are ${values.length} weights, and the batch holds example ${Math.max(...batch.indices)}.`,
              'One weight for each example of the training data was expected.',
            );
          }
          const total = own.reduce((all, value) => all + value, 0);
          // A batch whose weights are all 0 teaches nothing.
          const losses = exampleLosses(loss, output, batch.targets);
          return tf.div(tf.sum(tf.mul(losses, tf.tensor1d(own))), total > 0 ? total : 1);
        },
      },
    ],
  };
}

/** The loss of each example, [B], of logits or values [B, units]. */
function exampleLosses(loss: Loss, output: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  if (loss.kind === 'cross-entropy') {
    const classes = output.shape[1] ?? 1;
    const ids = targets.rank === 2 ? targets : tf.cast(tf.oneHot(tf.cast(targets, 'int32'), classes), 'float32');
    const smoothing = loss.labelSmoothing ?? 0;
    const shares = tf.add(tf.mul(ids, 1 - smoothing), smoothing / classes);
    return tf.neg(tf.sum(tf.mul(shares, tf.logSoftmax(output)), 1));
  }
  const wanted = tf.reshape(tf.cast(targets, 'float32'), output.shape);
  if (loss.kind === 'binary-cross-entropy') {
    const stable = tf.add(tf.sub(tf.relu(output), tf.mul(output, wanted)), tf.log1p(tf.exp(tf.neg(tf.abs(output)))));
    return tf.mean(stable, 1);
  }
  const error = tf.sub(output, wanted);
  return tf.mean(loss.kind === 'mean-squared-error' ? tf.square(error) : tf.abs(error), 1);
}
