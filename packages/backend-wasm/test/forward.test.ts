import fc from 'fast-check';
import { describe, test } from 'vitest';
import { checkOpCase, type OpCase } from '@graft-ml/testkit';
import { wasm } from '../src/index.js';

/* Kernels that this package replaces for their speed alone: they agree with the cpu backend. */

const size = fc.integer({ min: 1, max: 9 });
const seed = fc.nat(1_000_000);
const shape = fc.array(size, { minLength: 1, maxLength: 4 });
const special = fc.constantFrom(NaN, Infinity, -Infinity, 0.25);

const sliced: OpCase = {
  name: 'Slice',
  plans: fc
    .tuple(fc.array(fc.tuple(size, fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 5 }), seed)
    .map(([axes, each]) => {
      const begin = axes.map(([length, from]) => from % length);
      const taken = axes.map(([length, from, count]) => {
        const left = length - (from % length);
        return count === 9 ? -1 : count % (left + 1);
      });
      return {
        kernel: 'Slice',
        inputs: { x: { shape: axes.map(([length]) => length), seed: each } },
        attrs: { begin, size: taken },
      };
    }),
};

function bounded(kernel: string, attrs: Record<string, number>): OpCase {
  return {
    name: kernel,
    plans: fc.tuple(shape, seed, special).map(([of, each, value]) => ({
      kernel,
      inputs: { x: { shape: of, seed: each, overwrite: [[each, value]] } },
      attrs,
    })),
  };
}

const normalised: OpCase = {
  name: 'FusedBatchNorm',
  plans: fc
    .tuple(fc.tuple(size, size, size), fc.integer({ min: 1, max: 21 }), seed, fc.boolean(), fc.boolean())
    .map(([outer, channels, each, hasOffset, hasScale]) => {
      const perChannel = (at: number): { shape: number[]; seed: number } => ({ shape: [channels], seed: each + at });
      return {
        kernel: 'FusedBatchNorm',
        inputs: {
          x: { shape: [...outer, channels], seed: each },
          mean: perChannel(1),
          // Positive wherever the values are drawn from.
          variance: { ...perChannel(2), overwrite: Array.from({ length: channels }, (_, at) => [at, 0.1 + (at % 7)]) },
          ...(hasOffset ? { offset: perChannel(3) } : {}),
          ...(hasScale ? { scale: perChannel(4) } : {}),
        },
        attrs: { varianceEpsilon: 1e-3 },
      };
    }),
};

const pooledNonFinite: OpCase = {
  name: 'MaxPool of NaN and infinities',
  plans: fc.tuple(size, seed, special, fc.nat(200)).map(([channels, each, value, at]) => ({
    kernel: 'MaxPool',
    inputs: { x: { shape: [2, 5, 4, channels], seed: each, overwrite: [[at, value]] } },
    attrs: { filterSize: 2, strides: 2, pad: 'same' },
  })),
};

describe('forward kernels agree with the cpu backend', () => {
  test.each([
    sliced,
    bounded('Relu', {}),
    bounded('Relu6', {}),
    bounded('ClipByValue', { clipValueMin: -0.5, clipValueMax: 0.5 }),
    normalised,
    pooledNonFinite,
  ])('$name', async (op) => {
    await checkOpCase(wasm(), op);
  });
});
