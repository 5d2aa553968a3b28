import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelCounts, nameList, positiveNumber, seedList, threads, wholeNumber } from '../src/options/parse.js';

describe('threads', () => {
  it('takes a number or auto', () => {
    expect(['1', '32', 'auto'].map(threads)).toEqual([1, 32, 'auto']);
  });

  it.each(['0', '', '33', '1.5', '-2', 'all'])('refuses %j', (text) => {
    expect(() => threads(text)).toThrow(/from 1 to 32/);
  });
});

describe('seedList', () => {
  it('takes a number of seeds', () => {
    expect(seedList('3')).toEqual([0, 1, 2]);
  });

  it('takes the seeds themselves, also a single one', () => {
    expect(seedList('1,5, 9')).toEqual([1, 5, 9]);
    expect(seedList('7,')).toEqual([7]);
    expect(seedList('2,2')).toEqual([2]);
  });

  it.each(['0', '', ',', '1,,2', '-1', '1.5', 'x', '1001', '9007199254740993'])('refuses %j', (text) => {
    expect(() => seedList(text)).toThrow(/seeds/);
  });

  it('gives back every list of two or more seeds', () => {
    const seeds = fc.uniqueArray(fc.nat(), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(seeds, (list) => {
        expect(seedList(list.join(','))).toEqual(list);
      }),
    );
  });
});

describe('labelCounts', () => {
  it('takes numbers and all', () => {
    expect(labelCounts('100,1000,all')).toEqual([100, 1000, 'all']);
  });

  it.each(['', '0', '-1', '1e3', '100,', 'ALL', '0x10'])('refuses %j', (text) => {
    expect(() => labelCounts(text)).toThrow();
  });
});

describe('numbers and names', () => {
  it('takes what it should', () => {
    expect(wholeNumber(0)('0')).toBe(0);
    expect(positiveNumber('1e-3')).toBe(0.001);
    expect(nameList('scratch, frozen@dense1,scratch')).toEqual(['scratch', 'frozen@dense1']);
  });

  it.each(['0', '1.5', '', ' ', 'ten', '-3', 'Infinity'])('wholeNumber(1) refuses %j', (text) => {
    expect(() => wholeNumber(1)(text)).toThrow(/whole number/);
  });

  it.each(['0', '-1', '', 'NaN', 'Infinity', 'fast'])('positiveNumber refuses %j', (text) => {
    expect(() => positiveNumber(text)).toThrow(/above 0/);
  });

  it.each(['', 'a,,b', ','])('nameList refuses %j', (text) => {
    expect(() => nameList(text)).toThrow(/separated by commas/);
  });
});
