import * as tf from '@tensorflow/tfjs-core';

/**
 * Kernels that a backend may register beside tfjs's own: several ops in one pass. Every caller has a composition of
 * tfjs ops for backends without them, which is also the definition. All tensors are float32 unless said otherwise, and
 * every output is fresh: inputs are never written to.
 */
export const FUSED = {
  /**
   * `value`, `gradient`, `first`, `second` of one shape; `scale`, `floor`, `keepFirst`, `keepSecond`, `decay`, `decaying`
   * ('none' | 'added' | 'decoupled') → new value, first, second. Bit for bit the ops of train's adam rule.
   */
  adamUpdate: 'GraftAdamUpdate',
  /**
   * `value`, `gradient` and, with momentum, `velocity` of one shape; `rate`, `momentum`, `nesterov`, `decay`, `decaying`
   * ('none' | 'added') → new value and, with momentum, velocity. Bit for bit the ops of train's sgd rule.
   */
  sgdUpdate: 'GraftSgdUpdate',
  /** `logits` [B, C], `ids` int32 [B] → loss of each row [B], gradient of their mean [B, C]. */
  softmaxCrossEntropy: 'GraftSoftmaxCrossEntropy',
  /**
   * `x` [B, F], `kernel` [F, C], `bias` [C], `ids` int32 [B] → the mean loss, a scalar; the logits x·kernel + bias [B, C]; the
   * mean loss's gradients of kernel and bias. Bit for bit what matMul, add, `softmaxCrossEntropy`, mean and their gradients give.
   */
  denseCrossEntropy: 'GraftDenseCrossEntropy',
  /**
   * `x` [..., C], `gamma`, `beta`, `movingMean`, `movingVariance` [C]; `epsilon`, `decay` → y like x; mean, biased
   * variance, moved mean, moved variance [C]. Differentiable in x, gamma and beta.
   */
  batchNorm: 'GraftBatchNorm',
  /** `x`, `dy` [..., C], `mean`, `variance`, `gamma` [C]; `epsilon` → dx like x; dgamma, dbeta [C]. */
  batchNormGradient: 'GraftBatchNormGradient',
  /** `x`, `dy` of one shape; `most` → dy × (1 where 0 < x ≤ most, NaN where x is NaN, else 0): of relu and relu6. */
  reluGradient: 'GraftReluGradient',
  /**
   * `y`, `dy` [..., C] → dx like y, dbias [C]: back through y = relu(x + bias), so dx as `reluGradient` gives it with y for
   * x and no bound, and dbias its sums over all axes but the last.
   */
  reluBiasGradient: 'GraftReluBiasGradient',
  /** `x`, `dy` of one shape; `least`, `most` → dy where least ≤ x ≤ most, else 0: of clipByValue. */
  clipGradient: 'GraftClipGradient',
} as const;

/**
 * Run a fused kernel where the current backend has it.
 *
 * @returns its outputs, the caller's to dispose; undefined where there is no such kernel
 */
export function runFused(
  name: (typeof FUSED)[keyof typeof FUSED],
  inputs: tf.NamedTensorMap,
  attrs: tf.NamedAttrMap = {},
): tf.Tensor[] | undefined {
  if (tf.getKernel(name, tf.getBackend()) === undefined) return undefined;
  const outputs: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(name, inputs, attrs);
  return Array.isArray(outputs) ? outputs : [outputs];
}
