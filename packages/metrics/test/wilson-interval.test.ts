import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../src/index.js';
import fixture from './fixtures/wilson.json' with { type: 'json' };

describe('wilsonInterval', () => {
  it.each(fixture)('agrees with SciPy for $right of $total', ({ right, total, low, high }) => {
    const interval = wilsonInterval(right, total);
    expect(interval.low).toBeCloseTo(low, 12);
    expect(interval.high).toBeCloseTo(high, 12);
  });

  it('holds the share, mirrors, and stays within 0 and 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0, max: 1, noNaN: true }), (total, part) => {
        const right = Math.round(part * total);
        const { low, high } = wilsonInterval(right, total);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(right / total);
        expect(high).toBeGreaterThanOrEqual(right / total);
        expect(wilsonInterval(total - right, total).low).toBeCloseTo(1 - high, 9);
      }),
    );
  });

  it.each([
    [1, 0],
    [2, 1],
    [-1, 5],
    [0.5, 5],
  ])('refuses %s of %s', (right, total) => {
    expect(() => wilsonInterval(right, total)).toThrow(/interval for/);
  });
});
