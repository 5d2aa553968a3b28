import { util } from '@tensorflow/tfjs-core';
import { traffic, VECTOR } from '../../device/work.js';
import { allFloat, input, type GraftKernel } from '../graft-kernel.js';

/** Functions that tfjs takes from the C library, by their numbers in assembly/unary.ts. */
const FUNCTIONS: Readonly<Record<string, number>> = { Exp: 0, Tanh: 1, Erf: 2 };

export const unaryKernels: readonly GraftKernel[] = Object.entries(FUNCTIONS).map(([name, which]) => ({
  name,
  run: (call) => {
    const x = input(call, 'x');
    if (!allFloat(x)) return undefined;
    const { device } = call;
    const out = device.output(x.shape);
    const count = util.sizeFromShape(x.shape);
    const numbers = [which, device.address(x), device.address(out)];
    device.work({ kernel: 'unary', numbers, count, align: VECTOR, nanoseconds: 2 * traffic(2 * count) });
    return out;
  },
}));
