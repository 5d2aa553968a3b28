import fc from 'fast-check';
import { dimensions, seeds } from './draw.js';
import type { OpCase } from './op-case.js';

const TYPES = ['float32', 'int32', 'bool'] as const;
const shapes = fc.array(dimensions(23), { maxLength: 3 });

/** Changes of type, and ids written as vectors of a one among zeros, also for ids that are no class. */
export const castCases: readonly OpCase[] = [
  {
    name: 'Cast',
    plans: fc
      .tuple(shapes, seeds, fc.constantFrom(...TYPES), fc.constantFrom(...TYPES))
      .map(([shape, seed, dtype, to]) => ({
        kernel: 'Cast',
        inputs: { x: { shape, seed, dtype, ...(dtype === 'bool' ? {} : { low: -3, high: 3 }) } },
        attrs: { dtype: to },
      })),
  },
  {
    name: 'OneHot',
    plans: fc
      .tuple(fc.array(dimensions(9), { minLength: 1, maxLength: 2 }), dimensions(12, 1), seeds)
      .chain(([shape, depth, seed]) =>
        fc
          .tuple(
            fc.constantFrom('float32' as const, 'int32' as const),
            fc.constantFrom([1, 0] as const, [3, -2] as const),
          )
          .map(([dtype, [onValue, offValue]]) => ({
            kernel: 'OneHot',
            inputs: { indices: { shape, dtype: 'int32' as const, seed, low: -2, high: depth + 2 } },
            attrs: { depth, onValue, offValue, dtype },
          })),
      ),
  },
];
