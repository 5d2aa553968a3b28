import * as tf from '@tensorflow/tfjs-core';
import { runFused } from '@graft-ml/core';
import { deviceOf } from '../src/device/devices.js';
import type { Device } from '../src/device/device.js';

export function device(): Device {
  return deviceOf(tf.backend());
}

/** Divide all work, however small, among so many threads. */
export async function setThreads(count: number): Promise<void> {
  const refusal = await device().setThreads(count);
  if (refusal !== undefined) throw new Error(refusal);
  device().leastRange = 1e-9;
}

/** The bits of all outputs, as text that a failing test can show. All NaN count as one. */
export async function bitsOf(tensors: readonly tf.Tensor[]): Promise<string> {
  const parts: string[] = [];
  for (const tensor of tensors) {
    const values = await tensor.data();
    const words = new Int32Array(Float32Array.from(values).buffer);
    let hash = 0;
    for (const [at, word] of words.entries()) hash = (Math.imul(hash, 31) + (Number.isNaN(values[at]) ? 1 : word)) | 0;
    parts.push(`[${tensor.shape.join(',')}] ${hash}`);
    tensor.dispose();
  }
  return parts.join('; ');
}

/** The outputs of one kernel, registered by tfjs's name or by Graft's. */
export function kernel(name: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap = {}): tf.Tensor[] {
  const output: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(name, inputs, attrs);
  return Array.isArray(output) ? output : [output];
}

export function fused(...call: Parameters<typeof runFused>): tf.Tensor[] {
  const outputs = runFused(...call);
  if (outputs === undefined) throw new Error(`There is no ${call[0]}.`);
  return outputs;
}

export function normal(shape: readonly number[], seed: number): tf.Tensor {
  return tf.randomNormal([...shape], 0, 1, 'float32', seed);
}
