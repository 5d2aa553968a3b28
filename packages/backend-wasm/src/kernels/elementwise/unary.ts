import { elementPass } from '../../device/element-pass.js';
import { allFloat, input, type GraftKernel } from '../graft-kernel.js';

/** Functions that tfjs takes from the C library, by their numbers in assembly/unary.ts. */
const FUNCTIONS: Readonly<Record<string, number>> = { Exp: 0, Tanh: 1, Erf: 2 };

export const unaryKernels: readonly GraftKernel[] = Object.entries(FUNCTIONS).map(([name, which]) => ({
  name,
  run: (call) => {
    const x = input(call, 'x');
    if (!allFloat(x)) return undefined;
    const { device } = call;
    // They cost as much again as their traffic.
    return elementPass(device, { kernel: 'unary', numbers: [which, device.address(x)], like: x, floats: 4 });
  },
}));
