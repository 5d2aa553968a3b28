import fc from 'fast-check';
import { seeds } from './draw.js';
import type { OpCase } from './op-case.js';
import type { KernelPlan } from './plan.js';

const specials = fc.tuple(seeds, fc.constantFrom(NaN, Infinity, -Infinity), fc.nat(10_000));
const x = [2, 5, 6, 5];
const filter = [2, 3, 5, 9];
const dy = [2, 4, 4, 9];
const deepDy = [2, 4, 4, 10];
const conv = { strides: [1, 1], pad: 'valid', dilations: [1, 1], dataFormat: 'NHWC' };

/** The kernel with one NaN or infinity in its first input: it must reach the same outputs as on the cpu backend. */
function spreading(
  kernel: string,
  inputs: Readonly<Record<string, readonly number[]>>,
  attrs: KernelPlan['attrs'],
): OpCase {
  return {
    nonFinite: true,
    name: `${kernel} with NaN and infinities in ${Object.keys(inputs)[0]} [${Object.values(inputs)[0]?.join(', ')}]`,
    plans: specials.map(([seed, value, index]) => ({
      kernel,
      attrs,
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([name, shape], at) => [
          name,
          {
            shape,
            seed: seed + at,
            ...(at === 0 ? { overwrite: [[index, value]] as const } : {}),
          },
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

/** The same for every kernel that Graft's wasm backend brings. */
export const everyNonFiniteCase: readonly OpCase[] = [
  spreading('Conv2D', { x, filter }, conv),
  spreading('Conv2D', { filter, x }, conv),
  spreading('FusedConv2D', { x, filter, bias: [9] }, { ...conv, activation: 'linear' }),
  spreading('FusedConv2D', { bias: [9], x, filter }, { ...conv, activation: 'linear' }),
  spreading('DepthwiseConv2dNative', { x, filter: [2, 3, 5, 2] }, conv),
  spreading('DepthwiseConv2dNative', { filter: [2, 3, 5, 2], x }, conv),
  spreading('DepthwiseConv2dNativeBackpropFilter', { x, dy: deepDy }, { ...conv, filterShape: [2, 3, 5, 2] }),
  spreading('DepthwiseConv2dNativeBackpropFilter', { dy: deepDy, x }, { ...conv, filterShape: [2, 3, 5, 2] }),
  spreading('DepthwiseConv2dNativeBackpropInput', { dy: deepDy, filter: [2, 3, 5, 2] }, { ...conv, inputShape: x }),
  spreading('DepthwiseConv2dNativeBackpropInput', { filter: [2, 3, 5, 2], dy: deepDy }, { ...conv, inputShape: x }),
  spreading(
    'MaxPoolGrad',
    { dy: [1, 3, 3, 5], input: [1, 6, 6, 5], output: [1, 3, 3, 5] },
    { filterSize: 2, strides: 2, pad: 'valid' },
  ),
  spreading('AvgPoolGrad', { dy: [1, 5, 5, 5], input: [1, 6, 6, 5] }, { filterSize: 2, strides: 1, pad: 'valid' }),
  spreading('Sum', { x: [7, 5, 3] }, { axis: [1], keepDims: false }),
  spreading('Sum', { x: [70, 5] }, { axis: [0, 1], keepDims: true }),
  spreading('Mean', { x: [7, 5] }, { axis: [1], keepDims: false }),
  spreading('Mean', { x: [2, 3, 5, 7] }, { axis: [1, 2], keepDims: false }),
  spreading('Einsum', { 0: [2, 3, 2, 4], 1: [2, 5, 2, 4] }, { equation: 'bqhd,bkhd->bhqk' }),
];
