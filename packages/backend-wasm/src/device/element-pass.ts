import { util, type DataType, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Device } from './device.js';
import type { RangedName } from './module-functions.js';
import { traffic, VECTOR } from './work.js';

export interface ElementPass {
  readonly kernel: RangedName;
  /** All arguments but the output's address, which is the last before the range. */
  readonly numbers: readonly number[];
  /** The output has its shape, and the kernel's range is its elements. */
  readonly like: TensorInfo;
  /** The output's type, if not that of `like`. */
  readonly dtype?: DataType;
  /** Floats read and written for each element: what it costs. */
  readonly floats: number;
}

/** One pass over the elements of tensors of one shape, into a new tensor. */
export function elementPass(device: Device, { kernel, numbers, like, dtype, floats }: ElementPass): TensorInfo {
  const out = device.output(like.shape, dtype ?? like.dtype);
  const count = util.sizeFromShape(like.shape);
  device.work({
    kernel,
    numbers: [...numbers, device.address(out)],
    count,
    align: VECTOR,
    nanoseconds: traffic(floats * count),
  });
  return out;
}
