import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { createRng, GraftError } from '../src/index.js';

const seed = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });

describe('createRng', () => {
  it('gives numbers that never change from version to version', () => {
    const rng = createRng(42);
    expect([rng.uniform(), rng.uniform(), rng.int(1000), rng.seed()]).toEqual([
      0.7801619265334753, 0.26238442669971473, 816, 1085756493,
    ]);
    // The last digit of a logarithm may differ between machines.
    expect(rng.normal()).toBeCloseTo(-0.294206976077739, 12);
    expect([...createRng(42).fork('shuffle').permutation(10)]).toEqual([2, 9, 6, 7, 1, 0, 3, 8, 4, 5]);
    expect(createRng(-7).fork('a').fork(3).seed()).toBe(391763250);
    expect(createRng(2 ** 40 + 1).seed()).toBe(540456947);
  });

  it('is a function of the seed', () => {
    fc.assert(
      fc.property(seed, (each) => {
        const [a, b] = [createRng(each), createRng(each)];
        expect(Array.from({ length: 8 }, () => a.uniform())).toEqual(Array.from({ length: 8 }, () => b.uniform()));
      }),
    );
  });

  it('forks by names only: drawing before, or forking others, changes nothing', () => {
    fc.assert(
      fc.property(seed, fc.string(), fc.nat(20), (each, label, draws) => {
        const fresh = createRng(each).fork(label).permutation(16);
        const used = createRng(each);
        for (let draw = 0; draw < draws; draw++) used.uniform();
        used.fork(`${label}!`).normal();
        expect(used.fork(label).permutation(16)).toEqual(fresh);
      }),
    );
  });

  it('gives neighbouring seeds, labels and depths streams of their own', () => {
    const streams = [
      ...Array.from({ length: 200 }, (_, index) => createRng(index)),
      ...Array.from({ length: 200 }, (_, index) => createRng(1).fork(index)),
      ...['a', 'b', 'ab', 'ba', 'aa', ''].map((label) => createRng(1).fork(label)),
      createRng(1).fork('a').fork('b'),
      createRng(1).fork('b').fork('a'),
      createRng(2 ** 32),
      createRng(2 ** 33),
    ];
    const firsts = streams.map((stream) => stream.uniform());
    // fork(0) … fork(199) hold no label that repeats one of the letters, so every stream must differ.
    expect(new Set(firsts).size).toBe(firsts.length);
    const mean = firsts.reduce((sum, each) => sum + each, 0) / firsts.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
  });

  it('correlates no two neighbouring streams', () => {
    const draws = 4000;
    const [a, b] = [createRng(1).fork('x'), createRng(1).fork('y')];
    let product = 0;
    for (let draw = 0; draw < draws; draw++) product += (a.uniform() - 0.5) * (b.uniform() - 0.5);
    // The correlation of independent draws has a standard deviation of 1/√n.
    expect(Math.abs((product / draws) * 12)).toBeLessThan(4 / Math.sqrt(draws));
  });

  it('draws in the ranges promised', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 1000 }), (each, below) => {
        const rng = createRng(each);
        for (let draw = 0; draw < 20; draw++) {
          const [uniform, int, own] = [rng.uniform(), rng.int(below), rng.seed()];
          expect(uniform >= 0 && uniform < 1).toBe(true);
          expect(Number.isInteger(int) && int >= 0 && int < below).toBe(true);
          expect(Number.isInteger(own) && own > 0 && own < 2 ** 31).toBe(true);
          expect(Number.isFinite(rng.normal())).toBe(true);
        }
      }),
    );
  });

  it('permutes: each number once, and every order of three equally often', () => {
    fc.assert(
      fc.property(seed, fc.nat(50), (each, size) => {
        expect([...createRng(each).permutation(size)].sort((a, b) => a - b)).toEqual(
          Array.from({ length: size }, (_, index) => index),
        );
      }),
    );
    const counts = new Map<string, number>();
    const rng = createRng(9);
    for (let draw = 0; draw < 6000; draw++) {
      const key = rng.permutation(3).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('draws normals of mean 0 and variance 1', () => {
    const rng = createRng(3);
    const draws = Array.from({ length: 20_000 }, () => rng.normal());
    const mean = draws.reduce((sum, each) => sum + each, 0) / draws.length;
    const variance = draws.reduce((sum, each) => sum + (each - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });

  it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses the seed %d', (bad) => {
    expect(() => createRng(bad)).toThrow(GraftError);
  });
});
