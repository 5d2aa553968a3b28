import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Device } from '../../device/device.js';
import { traffic } from '../../device/work.js';

/** An axis of a view: how long it is, and how many elements of the tensor lie between neighbours; 0 repeats one. */
export interface Axis {
  readonly size: number;
  readonly stride: number;
}

/** Rows of a range, as in assembly/view.ts. */
const BLOCK = 32;
const OUTER_AXES = 4;

export function axesOf(shape: readonly number[]): Axis[] {
  const strides = [...util.computeStrides([...shape]), 1];
  return shape.map((size, axis) => ({ size, stride: strides[axis] ?? 1 }));
}

/**
 * Copy a view of x into a new tensor of `shape`.
 *
 * @param axes of the view, as many elements in all as `shape` has
 * @param offset of the view's first element in x, in elements
 * @returns undefined for elements of other than four bytes, or when the axes are more than the kernel takes
 */
export function copyView(
  device: Device,
  x: TensorInfo,
  axes: readonly Axis[],
  shape: readonly number[],
  offset: number = 0,
): TensorInfo | undefined {
  if (x.dtype !== 'float32' && x.dtype !== 'int32') return undefined;
  const merged = merge(axes);
  const columns = merged.at(-1) ?? { size: 1, stride: 1 };
  const others = merged.slice(0, -1);
  // Where columns lie apart, the axis whose elements are neighbours makes the rows: both sides are then read by vectors.
  const neighbours = columns.stride > 1 ? others.findIndex(({ stride }) => stride === 1) : -1;
  const rowsAt = neighbours === -1 ? others.length - 1 : neighbours;
  const placed = others.map((axis, at) => ({
    ...axis,
    put: others.slice(at + 1).reduce((product, { size }) => product * size, columns.size),
  }));
  const rows = placed[rowsAt] ?? { size: 1, stride: 0, put: 0 };
  const outer = placed.filter((_, at) => at !== rowsAt);
  if (outer.length > OUTER_AXES) return undefined;
  const out = device.output(shape, x.dtype);
  const size = util.sizeFromShape([...shape]);
  if (size === 0) return out;
  const whole = Array.from({ length: OUTER_AXES - outer.length }, () => ({ size: 1, stride: 0, put: 0 }));
  device.work({
    kernel: 'copyView',
    numbers: [
      device.address(x) + 4 * offset,
      device.address(out),
      ...[...whole, ...outer].flatMap((axis) => [axis.size, axis.stride, axis.put]),
      rows.size,
      rows.stride,
      rows.put,
      columns.size,
      columns.stride,
    ],
    count: outer.reduce((product, axis) => product * axis.size, Math.ceil(rows.size / BLOCK)),
    nanoseconds: traffic(2 * size),
  });
  return out;
}

/** Without axes of size 1, and with neighbouring axes as one where one step through both is a step of one stride. */
function merge(axes: readonly Axis[]): Axis[] {
  const merged: Axis[] = [];
  for (const axis of axes) {
    if (axis.size === 1) continue;
    const before = merged.at(-1);
    if (before?.stride === axis.size * axis.stride) {
      merged[merged.length - 1] = { size: before.size * axis.size, stride: axis.stride };
    } else merged.push(axis);
  }
  return merged;
}
