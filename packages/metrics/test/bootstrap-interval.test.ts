import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from '../src/bootstrap-interval.js';

interface Case {
  readonly values: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** By NumPy, over all samples or, for twelve values, 400,000 random ones. */
const cases: Case[] = JSON.parse(readFileSync(new URL('fixtures/bootstrap.json', import.meta.url), 'utf8'));

describe('bootstrapInterval', () => {
  it.each(cases.filter(({ values }) => values.length <= 5))('is exact for few values: $values', (each) => {
    const found = bootstrapInterval(each.values);
    expect(found?.low).toBeCloseTo(each.low, 12);
    expect(found?.high).toBeCloseTo(each.high, 12);
  });

  it('is near with many values, and the same for one seed', () => {
    const { values, low, high } = cases.at(-1) ?? { values: [], low: 0, high: 0 };
    const found = bootstrapInterval(values, 3);
    expect(Math.abs((found?.low ?? 0) - low)).toBeLessThan(0.03 * (high - low));
    expect(Math.abs((found?.high ?? 0) - high)).toBeLessThan(0.03 * (high - low));
    expect(bootstrapInterval(values, 3)).toEqual(found);
    expect(bootstrapInterval(values, 4)).not.toEqual(found);
  });

  it('has nothing to say of one value, and refuses what is not finite', () => {
    expect(bootstrapInterval([1])).toBeUndefined();
    expect(() => bootstrapInterval([1, Number.NaN])).toThrow(/NaN/);
  });
});
