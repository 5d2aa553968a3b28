import { util, type NamedAttrMap, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';
import type { Device } from '../../device/device.js';

export interface FusedCall {
  readonly inputs: NamedTensorInfoMap;
  readonly attrs: NamedAttrMap;
  readonly device: Device;
}

/**
 * A kernel that tfjs has no name for: several of its ops in one pass, with several outputs. What it computes, from which
 * inputs, is the contract beside its name in core's `FUSED`.
 */
export interface FusedKernel {
  readonly name: string;
  readonly run: (call: FusedCall) => TensorInfo[];
}

/**
 * An input of the kernel.
 *
 * @throws GraftError `bad-input` when it is missing, or of another type or number of elements than the kernel reads
 */
export function fusedInput(
  { inputs }: FusedCall,
  name: string,
  elements?: number,
  dtype: 'float32' | 'int32' = 'float32',
): TensorInfo {
  const tensor = inputs[name];
  const size = tensor === undefined ? 0 : util.sizeFromShape(tensor.shape);
  if (tensor?.dtype === dtype && (elements === undefined || size === elements)) return tensor;
  throw new GraftError({
    code: 'bad-input',
    what: `A fused kernel was given ${tensor === undefined ? 'nothing' : `${tensor.dtype} of shape [${tensor.shape.join(', ')}]`} as its input "${name}".`,
    expected: `A ${dtype} tensor${elements === undefined ? '' : ` of ${elements} elements`} was expected.`,
  });
}

/** Fresh outputs of these shapes: all of them or, where the heap is full, none and the device's error. */
export function fusedOutputs(device: Device, shapes: readonly (readonly number[])[]): TensorInfo[] {
  const made: TensorInfo[] = [];
  try {
    for (const shape of shapes) made.push(device.output(shape));
  } catch (error) {
    for (const tensor of made) device.release(tensor);
    throw error;
  }
  return made;
}
