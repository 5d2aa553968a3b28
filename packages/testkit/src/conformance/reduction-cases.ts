import fc from 'fast-check';
import { dimensions, seeds } from './draw.js';
import type { OpCase } from './op-case.js';
import type { KernelPlan } from './plan.js';

const reductions = fc.record({
  shape: fc.array(fc.oneof(dimensions(6, 1), fc.constant(1), dimensions(37, 1)), { minLength: 1, maxLength: 4 }),
  axes: fc.array(fc.integer({ min: -4, max: 3 }), { minLength: 1, maxLength: 4 }),
  keepDims: fc.boolean(),
  seed: seeds,
});

function reductionCase(kernel: 'Sum' | 'Mean' | 'Max'): OpCase {
  const name = kernel === 'Max' ? 'reductionIndices' : 'axis';
  return {
    name: kernel,
    plans: reductions.map(({ shape, axes, keepDims, seed }): KernelPlan => {
      const axis = [...new Set(axes.map((each) => ((each % shape.length) + shape.length) % shape.length))];
      return { kernel, inputs: { x: { shape, seed } }, attrs: { [name]: axis.toSorted((a, b) => a - b), keepDims } };
    }),
  };
}

const segments = fc.record({
  count: dimensions(12),
  rest: fc.array(dimensions(9, 1), { maxLength: 2 }),
  numSegments: dimensions(6, 1),
  seed: seeds,
});

/** Sums, means and maxima over any axes, the slope of relu, and sums by segment with ids out of range on both sides. */
export const reductionCases: readonly OpCase[] = [
  reductionCase('Sum'),
  reductionCase('Mean'),
  reductionCase('Max'),
  {
    name: 'Step',
    plans: fc
      .tuple(fc.array(dimensions(9), { maxLength: 3 }), seeds, fc.constantFrom(0, 0.5))
      .map(([shape, seed, alpha]) => ({
        kernel: 'Step',
        inputs: {
          x: {
            shape,
            seed,
            overwrite: [
              [0, NaN],
              [3, 0],
              [5, -0],
              [6, Infinity],
            ],
          },
        },
        attrs: { alpha },
      })),
  },
  {
    name: 'UnsortedSegmentSum',
    plans: segments.map(({ count, rest, numSegments, seed }) => ({
      kernel: 'UnsortedSegmentSum',
      inputs: {
        x: { shape: [count, ...rest], seed },
        segmentIds: { shape: [count], dtype: 'int32', seed: seed + 1, low: -2, high: numSegments + 2 },
      },
      attrs: { numSegments },
    })),
  },
];
