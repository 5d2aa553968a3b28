import { backend_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { FLOAT_BYTES, traffic, type Work } from '../../device/work.js';
import { allFloat, input, type GraftKernel, type KernelCall } from '../graft-kernel.js';
import { broadcast } from './broadcast.js';

/** Binary ops of floats that tfjs does one element at a time, by their numbers in assembly/binary.ts. */
const OPS: Readonly<Record<string, number>> = {
  Equal: 0,
  NotEqual: 1,
  Greater: 2,
  GreaterEqual: 3,
  Less: 4,
  LessEqual: 5,
  Maximum: 6,
  Minimum: 7,
};
const FIRST_OF_FLOATS = 6;
/** So that vectors stay whole: flags are stored sixteen at a time. */
const ALIGN = 16;

/** Comparisons, which give flags, and the larger and the smaller of two. NaN is as in JavaScript. */
export const binaryKernels: readonly GraftKernel[] = Object.entries(OPS).map(([name, op]) => ({
  name,
  run: (call) => run(call, op),
}));

function run(call: KernelCall, op: number): TensorInfo | undefined {
  const a = input(call, 'a');
  const b = input(call, 'b');
  if (!allFloat(a, b)) return undefined;
  const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const size = util.sizeFromShape(shape);
  const [inner, ...outer] = broadcast(a.shape, b.shape, shape).reverse();
  if (outer.length > 3 || inner === undefined) return undefined;
  const { device } = call;
  const out = device.output(shape, op < FIRST_OF_FLOATS ? 'bool' : 'float32');
  const steps = [device.address(a), FLOAT_BYTES * inner.a, device.address(b), FLOAT_BYTES * inner.b];
  const common = { numbers: [op, ...steps, device.address(out)], nanoseconds: traffic(3 * size) };
  device.work(outer.length === 0 ? { ...common, kernel: 'binaryRun', count: size, align: ALIGN } : runs());
  return out;

  function runs(): Work {
    const one = { size: 1, a: 0, b: 0 };
    const [last = one, middle = one, first = one] = outer;
    const strides = [first.a, first.b, middle.size, middle.a, middle.b, last.size, last.a, last.b];
    return {
      ...common,
      kernel: 'binaryRuns',
      numbers: [...common.numbers, inner?.size ?? 1, ...strides],
      count: first.size * middle.size * last.size,
    };
  }
}
