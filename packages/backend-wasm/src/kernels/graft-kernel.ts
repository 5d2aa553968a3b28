import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';
import type { Device } from '../device/device.js';

export interface KernelCall {
  readonly inputs: NamedTensorInfoMap;
  readonly attrs: NamedAttrMap;
  readonly device: Device;
  /** The first output of the kernel of the same name that tfjs had, on the same inputs with other attributes; undefined if there was none. */
  readonly original: (attrs: NamedAttrMap) => TensorInfo | undefined;
}

/**
 * One kernel of Graft's. `run` gives the output or outputs, or undefined for a call that it does not cover (another dtype or data
 * layout), which then goes to the kernel of the same name that tfjs had, if it had one.
 */
export interface GraftKernel {
  readonly name: string;
  readonly run: (call: KernelCall) => TensorInfo | TensorInfo[] | undefined;
}

export function input(call: KernelCall, name: string): TensorInfo {
  const tensor = call.inputs[name];
  if (tensor === undefined) {
    throw new GraftError({ code: 'bad-input', what: `A kernel was called without its input "${name}".` });
  }
  return tensor;
}

export function allFloat(...tensors: readonly TensorInfo[]): boolean {
  return tensors.every((tensor) => tensor.dtype === 'float32');
}

export function dimension(shape: readonly number[], axis: number): number {
  return shape.at(axis) ?? 1;
}
