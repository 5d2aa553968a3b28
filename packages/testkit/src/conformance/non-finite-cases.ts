import fc from 'fast-check';
import { seeds } from './draw.js';
import type { OpCase } from './op-case.js';
import type { KernelPlan } from './plan.js';

const specials = fc.tuple(seeds, fc.constantFrom(NaN, Infinity, -Infinity), fc.nat(10_000));
const x = [2, 5, 6, 5];
const filter = [2, 3, 5, 9];
const dy = [2, 4, 4, 9];
const conv = { strides: [1, 1], pad: 'valid', dilations: [1, 1], dataFormat: 'NHWC' };

/** The kernel with one NaN or infinity in its first input: it must reach the same outputs as on the cpu backend. */
function spreading(
  kernel: string,
  inputs: Readonly<Record<string, readonly number[]>>,
  attrs: KernelPlan['attrs'],
): OpCase {
  return {
    nonFinite: true,
    name: `${kernel} with NaN and infinities in ${Object.keys(inputs)[0]}`,
    plans: specials.map(([seed, value, index]) => ({
      kernel,
      attrs,
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([name, shape], at) => [
          name,
          { shape, seed: seed + at, ...(at === 0 ? { overwrite: [[index, value]] as const } : {}) },
        ]),
      ),
    })),
  };
}

/** Padding is left out on purpose: engines differ in whether a tap in the padding multiplies by zero or is skipped. */
export const nonFiniteCases: readonly OpCase[] = [
  spreading('BatchMatMul', { a: [5, 7], b: [7, 9] }, { transposeA: false, transposeB: false }),
  spreading(
    '_FusedMatMul',
    { a: [1, 5, 7], b: [1, 7, 9] },
    { transposeA: false, transposeB: false, activation: 'relu' },
  ),
  spreading('Conv2DBackpropFilter', { x, dy }, { ...conv, filterShape: filter }),
  spreading('Conv2DBackpropFilter', { dy, x }, { ...conv, filterShape: filter }),
  spreading('Conv2DBackpropInput', { dy, filter }, { ...conv, inputShape: x }),
  spreading('Conv2DBackpropInput', { filter, dy }, { ...conv, inputShape: x }),
  spreading(
    'MaxPoolGrad',
    { input: [1, 6, 6, 5], dy: [1, 3, 3, 5], output: [1, 3, 3, 5] },
    { filterSize: 2, strides: 2, pad: 'valid' },
  ),
  spreading('Sum', { x: [7, 5] }, { axis: [0], keepDims: false }),
  spreading('Einsum', { 0: [3, 5, 4], 1: [3, 4, 6] }, { equation: 'bij,bjk->bik' }),
];
