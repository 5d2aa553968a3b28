import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';
import type { AdapterMethod } from './method.js';

export interface LoraOptions {
  /** Rank of the change, at least 1. Default 4. */
  readonly rank?: number;
  /** The change counts alpha / rank times. Default: the rank, so once. */
  readonly alpha?: number;
}

/**
 * LoRA: the kernel, as a matrix, changes by alpha/rank · A·B, with A [rows, rank] random and B [rank, columns] zero at the start
 * (Hu et al. 2021, https://arxiv.org/abs/2106.09685, section 4.1). For a convolution that is a convolution with `rank` filters
 * followed by one of 1×1; for a depthwise one the channels share `rank` filters.
 *
 * @throws GraftError `bad-input` for a rank below 1 or an alpha that is not above 0
 */
export function lora({ rank = 4, alpha = rank }: LoraOptions = {}): AdapterMethod {
  if (!Number.isSafeInteger(rank) || rank < 1 || !(alpha > 0 && Number.isFinite(alpha))) {
    throw new GraftError({
      code: 'bad-input',
      what: `LoRA was given rank = ${rank} and alpha = ${alpha}.`,
      expected: 'A whole rank of at least 1 and an alpha above 0 were expected.',
    });
  }
  return {
    kind: 'lora',
    settings: { rank, alpha },
    weights: ({ rows, columns }) => [
      { name: 'lora_a', shape: [rows, rank], start: 'random' },
      { name: 'lora_b', shape: [rank, columns], start: 'zeros' },
    ],
    kernel(kernel, { shape }, [a, b]) {
      if (a === undefined || b === undefined) return kernel;
      const change = tf.mul(tf.matMul(tf.reshape(a, [-1, rank]), tf.reshape(b, [rank, -1])), alpha / rank);
      return tf.add(kernel, tf.reshape(change, [...shape]));
    },
    bias: (bias) => bias,
  };
}
