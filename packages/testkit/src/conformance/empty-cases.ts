import { backend_util } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { seeds } from './draw.js';
import type { OpCase } from './op-case.js';
import type { KernelPlan } from './plan.js';

/** One plan for each list of shapes: no examples, no channels, single elements. */
function shaped(
  kernel: string,
  plans: readonly {
    readonly inputs: Readonly<Record<string, readonly number[]>>;
    readonly attrs: KernelPlan['attrs'];
  }[],
): OpCase {
  return {
    name: `${kernel} over nothing, and over single elements`,
    plans: fc.tuple(fc.constantFrom(...plans), seeds).map(([{ inputs, attrs }, seed]) => ({
      kernel,
      attrs,
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([name, shape], at) => [
          name,
          { shape, seed: seed + at, ...(name === 'segmentIds' ? { dtype: 'int32' as const, high: 3 } : {}) },
        ]),
      ),
    })),
  };
}

type Image = [number, number, number, number];
const attrs = { strides: [1, 1], pad: 'valid', dilations: [1, 1], dataFormat: 'NHWC' };
/** Images and filters of a convolution: no images, and one pixel, channel and tap. */
const CONVOLUTIONS: readonly { readonly x: Image; readonly filter: Image }[] = [
  { x: [0, 4, 4, 3], filter: [2, 2, 3, 5] },
  { x: [1, 1, 1, 1], filter: [1, 1, 1, 1] },
  { x: [1, 1, 5, 1], filter: [1, 3, 1, 1] },
  { x: [1, 3, 3, 4], filter: [3, 3, 4, 1] },
];
const POOLED: readonly Image[] = [
  [0, 4, 4, 3],
  [1, 2, 2, 1],
  [1, 2, 2, 9],
];

function conv(
  kernel: string,
  depthwise: boolean,
  inputs: readonly string[],
  extra: 'filterShape' | 'inputShape' | '',
): OpCase {
  return shaped(
    kernel,
    CONVOLUTIONS.map(({ x, filter }) => {
      const dy = backend_util.computeConv2DInfo(x, filter, 1, 1, 'valid', undefined, depthwise).outShape;
      const shapes: Readonly<Record<string, readonly number[]>> = { x, filter, dy };
      return {
        inputs: Object.fromEntries(inputs.map((name) => [name, shapes[name] ?? []])),
        attrs: { ...attrs, ...(extra === '' ? {} : { [extra]: extra === 'filterShape' ? filter : x }) },
      };
    }),
  );
}

function pool(kernel: string, inputs: readonly string[]): OpCase {
  return shaped(
    kernel,
    POOLED.map((x) => {
      const dy = [x[0], x[1] / 2, x[2] / 2, x[3]];
      const shapes: Readonly<Record<string, readonly number[]>> = { input: x, dy, output: dy };
      return {
        inputs: Object.fromEntries(inputs.map((name) => [name, shapes[name] ?? []])),
        attrs: { filterSize: 2, strides: 2, pad: 'valid' },
      };
    }),
  );
}

const REDUCED = [
  { inputs: { x: [0, 4] }, attrs: { axis: [0], keepDims: false } },
  { inputs: { x: [4, 0] }, attrs: { axis: [0], keepDims: true } },
  { inputs: { x: [2, 0, 3] }, attrs: { axis: [0, 2], keepDims: false } },
  { inputs: { x: [1] }, attrs: { axis: [0], keepDims: false } },
  { inputs: { x: [1, 1, 1] }, attrs: { axis: [1], keepDims: false } },
];

/** What the other cases leave out: dimensions of 0, and of 1 everywhere. */
export const emptyCases: readonly OpCase[] = [
  conv('Conv2D', false, ['x', 'filter'], ''),
  conv('Conv2DBackpropFilter', false, ['x', 'dy'], 'filterShape'),
  conv('Conv2DBackpropInput', false, ['dy', 'filter'], 'inputShape'),
  conv('DepthwiseConv2dNative', true, ['x', 'filter'], ''),
  conv('DepthwiseConv2dNativeBackpropFilter', true, ['x', 'dy'], 'filterShape'),
  conv('DepthwiseConv2dNativeBackpropInput', true, ['dy', 'filter'], 'inputShape'),
  pool('MaxPoolGrad', ['dy', 'input', 'output']),
  pool('AvgPoolGrad', ['dy', 'input']),
  shaped('Sum', REDUCED),
  shaped('Mean', REDUCED),
  shaped('UnsortedSegmentSum', [
    { inputs: { x: [0, 3], segmentIds: [0] }, attrs: { numSegments: 2 } },
    { inputs: { x: [2, 0], segmentIds: [2] }, attrs: { numSegments: 2 } },
    { inputs: { x: [1], segmentIds: [1] }, attrs: { numSegments: 1 } },
  ]),
  shaped('Einsum', [
    { inputs: { 0: [2, 0, 3], 1: [2, 3, 4] }, attrs: { equation: 'bij,bjk->bik' } },
    { inputs: { 0: [2, 5, 0], 1: [2, 0, 4] }, attrs: { equation: 'bij,bjk->bik' } },
    { inputs: { 0: [0, 5, 3], 1: [0, 3, 4] }, attrs: { equation: 'bij,bjk->bik' } },
    { inputs: { 0: [1, 1], 1: [1, 1] }, attrs: { equation: 'ij,jk->ik' } },
  ]),
];
