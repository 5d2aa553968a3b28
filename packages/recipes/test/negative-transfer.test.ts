import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isNegativeTransfer } from '../src/compare/negative-transfer.js';

interface Case {
  readonly recipe: number[];
  readonly scratch: number[];
  readonly p: number;
}

const cases: Case[] = JSON.parse(readFileSync(new URL('fixtures/paired-t.json', import.meta.url), 'utf8'));

describe('isNegativeTransfer', () => {
  it('agrees with SciPy’s one-sided paired t-test at 5 %', () => {
    for (const { recipe, scratch, p } of cases) {
      expect(isNegativeTransfer(recipe, scratch, 1000), JSON.stringify({ recipe, scratch, p })).toBe(p < 0.05);
    }
    expect(cases.some(({ p }) => p < 0.05) && cases.some(({ p }) => p > 0.05)).toBe(true);
  });

  it('with one seed weighs the difference against the sampling error of the test set', () => {
    expect(isNegativeTransfer([0.79], [0.8], 1000)).toBe(false);
    expect(isNegativeTransfer([0.7], [0.8], 1000)).toBe(true);
    expect(isNegativeTransfer([0.79], [0.8], 100_000)).toBe(true);
    expect(isNegativeTransfer([0.9], [0.8], 1000)).toBe(false);
  });
});
