import type * as tf from '@tensorflow/tfjs-core';

/** Owns tensors across awaits, where `tf.tidy` cannot reach. Whatever is still held when the scope ends is disposed. */
export interface TensorScope {
  /** Hand a tensor to the scope; returns the same tensor. */
  own<T extends tf.Tensor>(tensor: T): T;
  /** Take a tensor out of the scope: the caller owns it again. */
  release<T extends tf.Tensor>(tensor: T): T;
}

/**
 * Run async work with a scope that disposes what it owns at the end, also when the work throws.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { withScope } from '@graft-ml/core';
 * const mean = await withScope(async (scope) => {
 *   const values = scope.own(tf.tensor1d([1, 2, 3]));
 *   return (await scope.own(tf.mean(values)).data())[0];
 * });
 * console.log(mean); // 2
 * ```
 */
export async function withScope<R>(work: (scope: TensorScope) => Promise<R>): Promise<R> {
  const owned = new Set<tf.Tensor>();
  const scope: TensorScope = {
    own(tensor) {
      owned.add(tensor);
      return tensor;
    },
    release(tensor) {
      owned.delete(tensor);
      return tensor;
    },
  };
  try {
    return await work(scope);
  } finally {
    for (const tensor of owned) if (!tensor.isDisposed) tensor.dispose();
  }
}
