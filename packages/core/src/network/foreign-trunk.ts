import type * as tf from '@tensorflow/tfjs-core';

/**
 * A frozen trunk that TensorFlow.js does not run, such as an ONNX file in onnxruntime. It can be mapped over a dataset once, as
 * `extractFeatures` does, and what comes out is trained on like any other features; nothing of it can be trained.
 */
export interface ForeignTrunk {
  /** Says which function this is: of the same inputs, the same fingerprint gives the same features. */
  readonly fingerprint: string;
  /** Shapes of its outputs without the batch, channels last. */
  readonly outputShapes: readonly (readonly number[])[];
  /**
   * @param inputs [B, ...] each, channels last
   * @returns float32 [B, ...outputShape] each; the caller owns them
   */
  features(inputs: readonly tf.Tensor[]): Promise<tf.Tensor[]>;
}
