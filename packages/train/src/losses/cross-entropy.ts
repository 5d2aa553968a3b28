import * as tf from '@tensorflow/tfjs-core';
import { FUSED, runFused } from '@graft-ml/core';
import { isPlain, type CrossEntropyLoss } from './loss.js';
import { withGradient } from './with-gradient.js';

/**
 * Mean softmax cross-entropy of logits [B, C] and class ids [B], or shares of the classes [B, C] (whose mean is over the
 * batch whatever the weights, as in PyTorch). With T the (smoothed, weighted) target matrix and W the
 * sum of the examples' weights it is −Σ T·log p / W, and its gradient (p·rowsum(T) − T) / W: that is given directly, which
 * is one product in the backward pass instead of a dozen ops. Without smoothing and class weights it is one kernel where
 * the backend has it.
 */
export function crossEntropyOf(logits: tf.Tensor, targets: tf.Tensor, loss: CrossEntropyLoss): tf.Tensor {
  const classes = logits.shape[1] ?? 1;
  const batch = logits.shape[0] ?? 1;
  return withGradient(logits, (x) => {
    const fused = isPlain(loss) ? fusedCrossEntropy(x, targets) : undefined;
    if (fused !== undefined) return fused;
    const shifted = tf.sub(x, tf.max(x, 1, true));
    const exponentials = tf.exp(shifted);
    const total = tf.sum(exponentials, 1, true);
    const logProbabilities = tf.sub(shifted, tf.log(total));
    const probabilities = tf.div(exponentials, total);
    // Cast afterwards: tfjs 4.22's WASM engine writes integers into a oneHot that was asked for as float32.
    const shares = targets.rank === 2 ? targets : tf.cast(tf.oneHot(tf.cast(targets, 'int32'), classes), 'float32');
    const { matrix, rows, weight } = targetMatrix(shares, batch, loss, targets.rank === 2);
    const value = tf.neg(tf.div(tf.sum(tf.mul(matrix, logProbabilities)), weight));
    const pulled = rows === undefined ? probabilities : tf.mul(probabilities, rows);
    return { value, gradient: tf.div(tf.sub(pulled, matrix), weight) };
  });
}

function fusedCrossEntropy(
  logits: tf.Tensor,
  targets: tf.Tensor,
): { value: tf.Tensor; gradient: tf.Tensor } | undefined {
  if (logits.dtype !== 'float32' || targets.rank !== 1) return undefined;
  const ids = targets.dtype === 'int32' ? targets : tf.cast(targets, 'int32');
  const [losses, gradient] = runFused(FUSED.softmaxCrossEntropy, { logits, ids }) ?? [];
  return losses === undefined || gradient === undefined ? undefined : { value: tf.mean(losses), gradient };
}

interface TargetMatrix {
  readonly matrix: tf.Tensor;
  /** Row sums [B, 1]; undefined when all are 1. */
  readonly rows: tf.Tensor | undefined;
  readonly weight: tf.Tensor | number;
}

function targetMatrix(oneHot: tf.Tensor, batch: number, loss: CrossEntropyLoss, mixed: boolean): TargetMatrix {
  const smoothing = loss.labelSmoothing ?? 0;
  const classes = oneHot.shape[1] ?? 1;
  if (loss.classWeights === undefined) {
    const matrix = smoothing === 0 ? oneHot : tf.add(tf.mul(oneHot, 1 - smoothing), smoothing / classes);
    return { matrix, rows: undefined, weight: batch };
  }
  const weights = tf.tensor2d([...loss.classWeights], [1, classes]);
  const weighted = tf.mul(oneHot, weights);
  // The smoothed share counts by the weight of each class, not of the example's own: PyTorch does the same.
  const matrix =
    smoothing === 0 ? weighted : tf.add(tf.mul(weighted, 1 - smoothing), tf.mul(weights, smoothing / classes));
  return { matrix, rows: tf.sum(matrix, 1, true), weight: mixed ? batch : tf.sum(weighted) };
}
