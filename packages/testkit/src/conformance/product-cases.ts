import fc from 'fast-check';
import { dimensions, seeds } from './draw.js';
import type { OpCase } from './op-case.js';

/**
 * Batch dimensions of the two operands that broadcast against each other. Not [2, 1] with [1, 3]: there the cpu backend
 * of tfjs 4.22 is wrong itself.
 */
const outers = fc.constantFrom<readonly [number[], number[]]>(
  [[], []],
  [[3], [3]],
  [
    [2, 3],
    [2, 3],
  ],
  [[1], [4]],
  [[4], [1]],
  [[3], []],
  [[], [2, 2]],
  [[0], [0]],
);

const products = fc.record({
  outer: outers,
  rows: dimensions(),
  columns: dimensions(),
  inner: fc.oneof({ weight: 8, arbitrary: dimensions() }, { weight: 1, arbitrary: dimensions(900, 300) }),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  seed: seeds,
});

const activations = fc.constantFrom('linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu');

function operand(outer: readonly number[], rows: number, columns: number, transposed: boolean): number[] {
  return transposed ? [...outer, columns, rows] : [...outer, rows, columns];
}

/** Matrix products: all transposes, batches with broadcasting, ragged and empty sizes, fused bias and activation. */
export const productCases: readonly OpCase[] = [
  {
    name: 'BatchMatMul',
    plans: products.map(({ outer: [outerA, outerB], rows, columns, inner, transposeA, transposeB, seed }) => ({
      kernel: 'BatchMatMul',
      inputs: {
        a: { shape: operand(outerA, rows, inner, transposeA), seed },
        b: { shape: operand(outerB, inner, columns, transposeB), seed: seed + 1 },
      },
      attrs: { transposeA, transposeB },
    })),
  },
  {
    name: '_FusedMatMul',
    plans: fc.tuple(products, activations, fc.boolean()).map(([drawn, activation, hasBias]) => {
      const columns = Math.max(1, drawn.columns);
      const [a, b] = [
        operand([2], drawn.rows, drawn.inner, drawn.transposeA),
        operand([2], drawn.inner, columns, drawn.transposeB),
      ];
      return {
        kernel: '_FusedMatMul',
        inputs: {
          a: { shape: a, seed: drawn.seed },
          b: { shape: b, seed: drawn.seed + 1 },
          ...(hasBias ? { bias: { shape: [columns], seed: drawn.seed + 2 } } : {}),
          ...(activation === 'prelu' ? { preluActivationWeights: { shape: [columns], seed: drawn.seed + 3 } } : {}),
        },
        attrs: { transposeA: drawn.transposeA, transposeB: drawn.transposeB, activation, leakyreluAlpha: 0.3 },
      };
    }),
  },
];
