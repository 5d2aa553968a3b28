import type * as tf from '@tensorflow/tfjs-core';

/** The shape of a layer's kernel as a matrix: rows for what comes in, columns for the outputs that it makes. */
export interface KernelForm {
  /** The kernel's own shape: dense [in, out], convolution [h, w, in, out], depthwise [h, w, in, multiplier]. */
  readonly shape: readonly number[];
  /** As a matrix [rows, columns]; depthwise: rows are positions, columns channels × multiplier. */
  readonly rows: number;
  readonly columns: number;
  readonly depthwise: boolean;
}

export interface AdapterWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** `random`: Glorot-uniform, seeded; the others are constant. */
  readonly start: 'random' | 'zeros' | 'ones';
}

/**
 * A way of adapting a layer by few new weights, written as what it does to the layer's kernel and bias. At its start it does
 * nothing, so an adapted model begins as the source.
 */
export interface AdapterMethod {
  readonly kind: 'lora' | 'ia3' | 'residual';
  /** Plain data that it is made again from. */
  readonly settings: Readonly<Record<string, number>>;
  /** The new weights of a layer, or undefined when the method cannot adapt a kernel of this form. */
  weights(form: KernelForm): readonly AdapterWeight[] | undefined;
  /** The adapted kernel, of the kernel's own shape. Differentiable; called inside `tf.tidy`. */
  kernel(kernel: tf.Tensor, form: KernelForm, weights: readonly tf.Tensor[]): tf.Tensor;
  /** The adapted bias. */
  bias(bias: tf.Tensor, form: KernelForm, weights: readonly tf.Tensor[]): tf.Tensor;
}
