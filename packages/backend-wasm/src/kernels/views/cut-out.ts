import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Device } from '../../device/device.js';
import { axesOf, copyView } from './view.js';

/** The box of `size` at `begin`, both within x; undefined where the kernel does not take it. */
export function cutOut(
  device: Device,
  x: TensorInfo,
  begin: readonly number[],
  size: readonly number[],
): TensorInfo | undefined {
  const axes = axesOf(x.shape);
  const offset = axes.reduce((sum, { stride }, axis) => sum + stride * (begin[axis] ?? 0), 0);
  const box = axes.map(({ stride }, axis) => ({ size: size[axis] ?? 1, stride }));
  return copyView(device, x, box, size, offset);
}

/**
 * Parts of x along an axis, one after the other, of these lengths; undefined where the kernel does not take them. All of
 * them or, where the heap is full, none and the device's error.
 */
export function cutAlong(
  device: Device,
  x: TensorInfo,
  axis: number,
  lengths: readonly number[],
): TensorInfo[] | undefined {
  const parts: TensorInfo[] = [];
  let at = 0;
  try {
    for (const length of lengths) {
      const begin = x.shape.map((_, each) => (each === axis ? at : 0));
      const size = x.shape.map((whole, each) => (each === axis ? length : whole));
      const part = cutOut(device, x, begin, size);
      if (part === undefined) return undefined;
      parts.push(part);
      at += length;
    }
    return parts;
  } catch (error) {
    for (const part of parts) device.release(part);
    throw error;
  }
}
