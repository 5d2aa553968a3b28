import { backend_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Device } from '../device/device.js';
import { FLOAT_BYTES, traffic } from '../device/work.js';
import { flag, numbers } from './attributes.js';
import { allFloat, input, type GraftKernel, type KernelCall } from './graft-kernel.js';

/** `tf.sum` over neighbouring axes; tfjs's own transposes the tensor first unless they are the last ones. */
export const sum: GraftKernel = { name: 'Sum', run: (call) => reduce(call, () => 1) };

/** `tf.mean` over neighbouring axes. Of nothing it is 0, as on the cpu engine. */
export const mean: GraftKernel = { name: 'Mean', run: (call) => reduce(call, (reduced) => Math.max(1, reduced)) };

/** `tf.max` over the last axes. */
export const max: GraftKernel = {
  name: 'Max',
  run: (call) => {
    const x = input(call, 'x');
    const axes = axesOf(call, 'reductionIndices', x);
    const kept = x.shape.length - axes.length;
    const columns = util.sizeFromShape(x.shape.slice(kept));
    if (!allFloat(x) || columns === 0 || axes.some((axis) => axis < kept)) return undefined;
    const shape = x.shape.slice(0, kept);
    const { device } = call;
    const out = device.output(flag(call.attrs, 'keepDims') ? backend_util.expandShapeToKeepDim(shape, axes) : shape);
    const count = util.sizeFromShape(shape);
    const rows = [device.address(x), columns, device.address(out)];
    device.work({ kernel: 'rowMax', numbers: rows, count, nanoseconds: traffic(count * columns) });
    return out;
  },
};

/** The axes that the attribute names, all of them where it names none. */
function axesOf(call: KernelCall, attribute: string, x: TensorInfo): number[] {
  const given: unknown = call.attrs[attribute];
  const axes = given === undefined || given === null ? x.shape.map((_, axis) => axis) : numbers(call.attrs, attribute);
  return util.parseAxisParam(axes, x.shape);
}

function reduce(call: KernelCall, divisor: (reduced: number) => number): TensorInfo | undefined {
  const x = input(call, 'x');
  const reducedAxes = new Set(axesOf(call, 'axis', x));
  const split = splitShape(x.shape, reducedAxes);
  if (!allFloat(x) || split === undefined) return undefined;
  const kept = x.shape.filter((_, axis) => !reducedAxes.has(axis));
  const shape = flag(call.attrs, 'keepDims') ? backend_util.expandShapeToKeepDim(kept, [...reducedAxes]) : kept;
  const { device } = call;
  const out = device.output(shape);
  const [outer, reduced, inner] = split;
  sumAxis(device, device.address(x), [outer, reduced, inner], divisor(reduced), device.address(out));
  return out;
}

/** Rows from which a single sum is done in parts, and how many parts. What comes out depends on the shape only. */
const MANY_ROWS = 8192;
const PARTS = 16;
/** As in assembly/sum.ts, so that a part is whole blocks. */
const BLOCK = 64;

/** out[o, i] = Σ_r x[o, r, i] / divisor of x [outer, reduced, inner], by addresses. */
export function sumAxis(
  device: Device,
  x: number,
  [outer, reduced, inner]: readonly [number, number, number],
  divisor: number,
  out: number,
): void {
  const nanoseconds = traffic(outer * reduced * inner);
  const isOneSum = outer === 1 && reduced >= MANY_ROWS;
  if (!isOneSum) {
    device.work({ kernel: 'sumMiddle', numbers: [x, reduced, inner, divisor, out], count: outer, nanoseconds });
    return;
  }
  const size = Math.ceil(reduced / BLOCK / PARTS) * BLOCK;
  const parts = Math.ceil(reduced / size);
  device.scratch(parts * inner * FLOAT_BYTES, (address) => {
    device.work({ kernel: 'sumRowParts', numbers: [x, reduced, inner, size, address], count: parts, nanoseconds });
    device.work({ kernel: 'sumMiddle', numbers: [address, parts, inner, divisor, out], count: 1, nanoseconds: 0 });
  });
}

/** The tensor as [outer, reduced, inner], or undefined when kept and reduced axes alternate. Axes of size 1 fit anywhere. */
function splitShape(shape: readonly number[], reducedAxes: ReadonlySet<number>): [number, number, number] | undefined {
  const sizes: [number, number, number] = [1, 1, 1];
  let part: 0 | 1 | 2 = 0;
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const isReduced = reducedAxes.has(axis);
    if (isReduced && part === 0) part = 1;
    if (!isReduced && part === 1) part = 2;
    if (isReduced && part === 2) return undefined;
    sizes[part] *= size;
  }
  return sizes;
}
