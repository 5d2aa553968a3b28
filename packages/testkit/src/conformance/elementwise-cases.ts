import fc from 'fast-check';
import { dimensions, seeds } from './draw.js';
import type { OpCase } from './op-case.js';
import type { PlannedTensor } from './plan.js';

/** Two operands that broadcast: of one shape, with axes of 1 in either, and with axes that one of them lacks. */
const pairs = fc
  .record({
    shape: fc.array(fc.oneof(dimensions(6, 1), dimensions(40)), { maxLength: 4 }),
    ones: fc.array(fc.constantFrom('a', 'b', 'neither', 'neither'), { minLength: 4, maxLength: 4 }),
    missing: dimensions(4),
    shorter: fc.constantFrom('a', 'b'),
    dtype: fc.constantFrom('float32' as const, 'float32' as const, 'int32' as const),
    seed: seeds,
  })
  .map(({ shape, ones, missing, shorter, dtype, seed }) => {
    const shapeOf = (name: string): number[] => {
      const own = shape.map((size, axis) => (ones[axis] === name ? 1 : size));
      return name === shorter ? own.slice(missing) : own;
    };
    const operand = (name: string, at: number): PlannedTensor => ({
      shape: shapeOf(name),
      dtype,
      seed: seed + at,
      low: -3,
      high: 3,
      whole: true,
    });
    return { a: operand('a', 0), b: operand('b', 1) };
  });

const binary = ['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Maximum', 'Minimum'];

const shapes = fc.array(dimensions(23), { maxLength: 3 });

/** Ops on elements one by one, that broadcast or not. */
export const elementwiseCases: readonly OpCase[] = [
  ...binary.map((kernel): OpCase => ({ name: kernel, plans: pairs.map((inputs) => ({ kernel, inputs, attrs: {} })) })),
  ...['Exp', 'Tanh', 'Erf'].map((kernel): OpCase => ({
    name: kernel,
    tolerance: 1e-6,
    plans: fc.tuple(shapes, seeds, fc.constantFrom(0.01, 1, 12)).map(([shape, seed, most]) => ({
      kernel,
      inputs: { x: { shape, seed, low: -most, high: most } },
      attrs: {},
    })),
  })),
  {
    name: 'Select',
    plans: fc
      .tuple(shapes, seeds, fc.constantFrom('float32' as const, 'int32' as const))
      .map(([shape, seed, dtype]) => ({
        kernel: 'Select',
        inputs: {
          condition: { shape, seed, dtype: 'bool' },
          t: { shape, seed: seed + 1, dtype },
          e: { shape, seed: seed + 2, dtype },
        },
        attrs: {},
      })),
  },
  {
    name: 'Cast of flags to floats',
    plans: fc.tuple(shapes, seeds).map(([shape, seed]) => ({
      kernel: 'Cast',
      inputs: { x: { shape, seed, dtype: 'bool' } },
      attrs: { dtype: 'float32' },
    })),
  },
];
