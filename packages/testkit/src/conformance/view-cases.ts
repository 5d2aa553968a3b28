import fc from 'fast-check';
import { dimensions, seeds } from './draw.js';
import type { OpCase } from './op-case.js';
import type { PlannedTensor } from './plan.js';

const types = fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const);

function tensors(maxRank: number, most: number, min = 0): fc.Arbitrary<PlannedTensor> {
  const sizes = fc.oneof(dimensions(most, min), fc.constant(1));
  return fc.record({ shape: fc.array(sizes, { minLength: 1, maxLength: maxRank }), seed: seeds, dtype: types });
}

/** As many positions in [0, 1) as a shape of any rank drawn here needs. */
const fractions = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
  minLength: 12,
  maxLength: 12,
});

/** The numbers 0 … n − 1 in an order that the fractions say. */
function permutation(n: number, drawn: readonly number[]): number[] {
  return Array.from({ length: n }, (_, at) => at).toSorted((a, b) => (drawn[a] ?? 0) - (drawn[b] ?? 0));
}

/** Ops that only move elements: through every remainder of the tiles, and with axes that join and that do not. */
export const viewCases: readonly OpCase[] = [
  {
    name: 'Transpose of small tensors of many axes',
    plans: fc.tuple(tensors(6, 4), fractions).map(([x, drawn]) => ({
      kernel: 'Transpose',
      inputs: { x },
      attrs: { perm: permutation(x.shape.length, drawn) },
    })),
  },
  {
    name: 'Transpose of larger tensors of few axes',
    plans: fc.tuple(tensors(3, 45, 1), fractions).map(([x, drawn]) => ({
      kernel: 'Transpose',
      inputs: { x },
      attrs: { perm: permutation(x.shape.length, drawn) },
    })),
  },
  {
    name: 'Slice',
    plans: fc.tuple(tensors(5, 9), fractions).map(([x, drawn]) => {
      const begin = x.shape.map((size, axis) => Math.floor((drawn[axis] ?? 0) * size));
      const size = x.shape.map((whole, axis) => Math.ceil((drawn[axis + 6] ?? 0) * (whole - (begin[axis] ?? 0))));
      return { kernel: 'Slice', inputs: { x }, attrs: { begin, size } };
    }),
  },
  {
    name: 'Tile',
    plans: fc.tuple(tensors(4, 5, 1), fractions).map(([x, drawn]) => ({
      kernel: 'Tile',
      inputs: { x },
      attrs: { reps: x.shape.map((_, axis) => 1 + Math.floor((drawn[axis] ?? 0) * 4)) },
    })),
  },
  {
    name: 'GatherV2',
    plans: fc
      .tuple(tensors(3, 7, 1), fractions, fc.array(dimensions(5), { minLength: 1, maxLength: 2 }), seeds)
      .map(([x, [drawn = 0], ids, seed]) => {
        const axis = Math.floor(drawn * x.shape.length);
        const indices: PlannedTensor = { shape: ids, dtype: 'int32', seed, low: 0, high: x.shape[axis] ?? 1 };
        return { kernel: 'GatherV2', inputs: { x, indices }, attrs: { axis, batchDims: 0 } };
      }),
  },
];
