import * as tf from '@tensorflow/tfjs-core';
import { FUSED } from '../backend/fused.js';
import { fuseActivationGradients } from './activations.js';
import { batchNormGradient } from './batch-norm.js';
import { einsumGradient } from './einsum.js';
import { fusedConvolutionGradients } from './fused-convolution.js';
import { fusedDenseGradient } from './fused-dense.js';
import { inferenceBatchNormGradient } from './inference-batch-norm.js';
import { reductionGradients } from './reductions.js';
import { tileGradient } from './tile.js';

const OURS = [
  ...reductionGradients,
  ...fusedConvolutionGradients,
  fusedDenseGradient,
  inferenceBatchNormGradient,
  tileGradient,
];

/**
 * Gradients that tfjs-core 4.22 lacks, those of fused kernels, and those whose own are slow. They hold on every engine.
 * Registering twice is harmless.
 */
export function registerGradients(): void {
  if (tf.getGradient('Einsum') === undefined) tf.registerGradient(einsumGradient);
  if (tf.getGradient(FUSED.batchNorm) === undefined) tf.registerGradient(batchNormGradient);
  fuseActivationGradients();
  for (const gradient of OURS) {
    if (tf.getGradient(gradient.kernelName) !== undefined) tf.unregisterGradient(gradient.kernelName);
    tf.registerGradient(gradient);
  }
}
