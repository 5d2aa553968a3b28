import fc from 'fast-check';
import { dimensions, seeds } from './draw.js';
import type { OpCase } from './op-case.js';

/** Batch normalisation by given statistics, with and without scale and offset. */
export const batchNormCases: readonly OpCase[] = [
  {
    name: 'FusedBatchNorm',
    plans: fc
      .record({
        outer: fc.array(dimensions(6, 1), { minLength: 3, maxLength: 3 }),
        channels: dimensions(21, 1),
        isScaled: fc.boolean(),
        isShifted: fc.boolean(),
        varianceEpsilon: fc.constantFrom(1e-3, 1e-5),
        seed: seeds,
      })
      .map(({ outer, channels, isScaled, isShifted, varianceEpsilon, seed }) => ({
        kernel: 'FusedBatchNorm',
        inputs: {
          x: { shape: [...outer, channels], seed },
          mean: { shape: [channels], seed: seed + 1 },
          variance: { shape: [channels], seed: seed + 2, low: 0.1, high: 2 },
          ...(isScaled ? { scale: { shape: [channels], seed: seed + 3 } } : {}),
          ...(isShifted ? { offset: { shape: [channels], seed: seed + 4 } } : {}),
        },
        attrs: { varianceEpsilon },
      })),
  },
];
