import { createRng } from '@graft-ml/core';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { arrayDataset } from '../src/index.js';
import { classBalance, findDuplicates, pictureSignature, type PictureSignature } from '../src/inspect/index.js';

const spec = { height: 32, width: 32, channels: 1 } as const;

/** Smooth waves of a seed. */
function waves(seed: number): Uint8Array {
  const rng = createRng(seed);
  const terms = Array.from({ length: 6 }, () => [rng.int(4) + 1, rng.int(4) + 1, 6 * rng.uniform()] as const);
  return Uint8Array.from({ length: 32 * 32 }, (_, at) => {
    const [x, y] = [(at % 32) / 32, Math.floor(at / 32) / 32];
    const sum = terms.reduce((total, [a, b, phase]) => total + Math.sin(2 * Math.PI * (a * x + b * y) + phase), 0);
    return Math.round(127.5 + 20 * sum);
  });
}

function signed(pixels: Uint8Array, name: string): PictureSignature {
  return pictureSignature(pixels, spec, name);
}

describe('findDuplicates', () => {
  const many = Array.from({ length: 300 }, (_, seed) => waves(seed));

  it('finds no copies among different pictures', () => {
    const all = many.map((pixels, at) => signed(pixels, String(at)));
    expect(findDuplicates(all.slice(0, 150), all.slice(150))).toEqual([]);
  });

  it('finds brighter, softer and noisy copies', () => {
    const first = many.slice(0, 100).map((pixels, at) => signed(pixels, `first ${at}`));
    const rng = createRng(5);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99 }), fc.integer({ min: -20, max: 20 }), (at, brighter) => {
        const copy = (many[at] ?? new Uint8Array()).map((value) =>
          Math.max(0, Math.min(255, value * 0.9 + brighter + 10 + rng.normal())),
        );
        expect(findDuplicates(first, [signed(copy, 'copy')])).toEqual([
          { first: at, second: 0, kind: 'near-identical' },
        ]);
      }),
      { numRuns: 50 },
    );
  });

  it('compares pictures of one shade by their bytes only', () => {
    const flat = (shade: number, name: string): PictureSignature => signed(new Uint8Array(1024).fill(shade), name);
    expect(findDuplicates([flat(3, 'a'), flat(200, 'b')], [flat(3, 'c'), flat(200, 'b')])).toEqual([
      { first: 1, second: 1, kind: 'identical' },
    ]);
  });
});

describe('classBalance', () => {
  const of = (classes: readonly number[]): ReturnType<typeof arrayDataset> =>
    arrayDataset({
      name: 'classes',
      inputs: [{ data: new Uint8Array(classes.length), shape: [1] }],
      targets: Int32Array.from(classes),
      target: { kind: 'classes', labels: ['a', 'b', 'c'] },
    });

  it('weighs as scikit-learn’s compute_class_weight("balanced") does', () => {
    // compute_class_weight('balanced', classes=[0, 1, 2], y=[0]*6 + [1]*3 + [2]*1) → [0.5556, 1.1111, 3.3333]
    const { counts, ratio, weights } = classBalance(of([0, 0, 0, 0, 0, 0, 1, 1, 1, 2]));
    expect(counts).toEqual([6, 3, 1]);
    expect(ratio).toBe(6);
    for (const [at, weight] of [10 / 18, 10 / 9, 10 / 3].entries()) expect(weights[at]).toBeCloseTo(weight, 10);
  });

  it('knows classes without examples', () => {
    expect(classBalance(of([0, 1]))).toEqual({ counts: [1, 1, 0], ratio: Infinity, weights: [2 / 3, 2 / 3, 0] });
    expect(() => classBalance(of([]))).toThrow(/0 examples/);
  });
});
