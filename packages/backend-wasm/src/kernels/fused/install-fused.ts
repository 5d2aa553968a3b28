import * as tf from '@tensorflow/tfjs-core';
import { deviceOf } from '../../device/devices.js';
import { clipGradient, reluBiasGradient, reluGradient } from './activation-gradients.js';
import { adamUpdate } from './adam-update.js';
import { batchNorm, batchNormGradient } from './batch-norm.js';
import { denseCrossEntropy } from './dense-cross-entropy.js';
import type { FusedKernel } from './fused-kernel.js';
import { sgdUpdate } from './sgd-update.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';

const FUSED_KERNELS: readonly FusedKernel[] = [
  adamUpdate,
  batchNorm,
  batchNormGradient,
  clipGradient,
  denseCrossEntropy,
  reluBiasGradient,
  reluGradient,
  sgdUpdate,
  softmaxCrossEntropy,
];

/** Register the kernels that core's `runFused` looks for. Once a program. */
export function installFusedKernels(backendName: string): void {
  for (const { name, run } of FUSED_KERNELS) {
    tf.registerKernel({
      kernelName: name,
      backendName,
      kernelFunc: ({ inputs, backend, attrs = {} }) => run({ inputs, attrs, device: deviceOf(backend) }),
    });
  }
}
