import * as tf from '@tensorflow/tfjs-core';
import { FUSED } from '../backend/fused.js';
import { layerVariable } from './layer-weights.js';
import type { NetworkNode } from './network.js';

const known = new WeakMap<NetworkNode['layer'], boolean>();

/**
 * A Dense layer with bias and relu in one kernel, differentiable: where gradients are recorded, tfjs uses three.
 *
 * @param x [B, features]
 * @returns undefined for other layers, and where the backend has no fused gradient of bias and relu
 */
export function denseRelu({ kind, layer }: NetworkNode, x: tf.Tensor): tf.Tensor | undefined {
  if (kind !== 'Dense' || x.rank !== 2 || x.dtype !== 'float32') return undefined;
  if (tf.getKernel(FUSED.reluBiasGradient, tf.getBackend()) === undefined) return undefined;
  let isRelu = known.get(layer);
  if (isRelu === undefined) {
    isRelu = layer.getConfig()['activation'] === 'relu';
    known.set(layer, isRelu);
  }
  const [kernel, bias] = [layerVariable(layer, 'kernel')?.read(), layerVariable(layer, 'bias')?.read()];
  if (!isRelu || kernel === undefined || bias === undefined) return undefined;
  const attrs = { transposeA: false, transposeB: false, activation: 'relu' };
  return tf.engine().runKernel(tf._FusedMatMul, { a: x, b: kernel, bias }, attrs);
}
