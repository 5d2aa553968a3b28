import { describe, expect, it } from 'vitest';
import { meanInterval } from '../src/index.js';
import cases from './fixtures/intervals.json' with { type: 'json' };

describe('the interval of a mean', () => {
  it.each(cases)('is scipy’s for $values.length values', ({ values, mean, low, high }) => {
    const found = meanInterval(values);
    expect(found?.mean).toBeCloseTo(mean, 10);
    // The table has three decimals, and the normal stands for t above 30 degrees of freedom.
    const tolerance = (high - low) * (values.length > 31 ? 0.02 : 3e-4);
    expect(Math.abs((found?.low ?? 9) - low)).toBeLessThan(tolerance);
    expect(Math.abs((found?.high ?? 9) - high)).toBeLessThan(tolerance);
  });

  it('does not exist for a single value', () => {
    expect(meanInterval([0.5])).toBeUndefined();
    expect(meanInterval([])).toBeUndefined();
  });
});
