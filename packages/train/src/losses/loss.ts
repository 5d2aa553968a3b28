import type { TargetSpec } from '@graft-ml/core';

/** A loss as plain data, so that it goes into records and checkpoints as it is. */
export type Loss = CrossEntropyLoss | BinaryCrossEntropyLoss | MeanSquaredErrorLoss | MeanAbsoluteErrorLoss;

export interface CrossEntropyLoss {
  readonly kind: 'cross-entropy';
  /** How much probability is spread evenly over all classes, 0 … 1. Default 0. */
  readonly labelSmoothing?: number;
  /** One weight ≥ 0 a class; examples count by the weight of their class. Default all 1. */
  readonly classWeights?: readonly number[];
}

export interface BinaryCrossEntropyLoss {
  readonly kind: 'binary-cross-entropy';
}

export interface MeanSquaredErrorLoss {
  readonly kind: 'mean-squared-error';
}

export interface MeanAbsoluteErrorLoss {
  readonly kind: 'mean-absolute-error';
}

/**
 * Softmax cross-entropy of int32 class ids [B] and outputs [B, C], the mean over the batch, in nats. It is computed from
 * logits whenever the network has them, so that it neither overflows nor loses small probabilities.
 *
 * Label smoothing: Szegedy et al. 2016, https://arxiv.org/abs/1512.00567, section 7. Smoothing and class weights
 * combine as in PyTorch's `cross_entropy`.
 *
 * @example
 * ```ts
 * import { crossEntropy } from '@graft-ml/train';
 * console.log(crossEntropy({ labelSmoothing: 0.1 }).kind); // cross-entropy
 * ```
 */
export function crossEntropy(options: Omit<CrossEntropyLoss, 'kind'> = {}): CrossEntropyLoss {
  return { kind: 'cross-entropy', ...options };
}

/**
 * Sigmoid cross-entropy of float32 targets [B, L] in 0 … 1 (or int32 class ids 0 and 1, [B], for a single output) and
 * outputs [B, L], the mean over batch and labels, in nats. From logits whenever the network has them.
 */
export function binaryCrossEntropy(): BinaryCrossEntropyLoss {
  return { kind: 'binary-cross-entropy' };
}

/** The mean of (output − target)² over batch and values, both float32 [B, V]. */
export function meanSquaredError(): MeanSquaredErrorLoss {
  return { kind: 'mean-squared-error' };
}

/** The mean of |output − target| over batch and values, both float32 [B, V]. */
export function meanAbsoluteError(): MeanAbsoluteErrorLoss {
  return { kind: 'mean-absolute-error' };
}

/** Cross-entropy as it is most often: of classes that all count alike, without smoothing. */
export function isPlain(loss: Loss): boolean {
  return loss.kind === 'cross-entropy' && (loss.labelSmoothing ?? 0) === 0 && loss.classWeights === undefined;
}

/** The loss that goes with a kind of target unless another is asked for. */
export function defaultLoss(target: TargetSpec): Loss {
  switch (target.kind) {
    case 'classes':
      return crossEntropy();
    case 'multi-label':
      return binaryCrossEntropy();
    default:
      return meanSquaredError();
  }
}
