import { refuse } from './refuse.js';

type Range = 'above 0' | 'of at least 0' | 'from 0 to below 1' | 'from 0 to 1' | 'above 0 and whole';

const RANGES: Readonly<Record<Range, (value: number) => boolean>> = {
  'above 0': (value) => value > 0 && value < Infinity,
  'of at least 0': (value) => value >= 0 && value < Infinity,
  'from 0 to below 1': (value) => value >= 0 && value < 1,
  'from 0 to 1': (value) => value >= 0 && value <= 1,
  'above 0 and whole': (value) => Number.isSafeInteger(value) && value >= 1,
};

/**
 * @param what says whose number it is, up to the number: `clipNorm is`
 * @returns the number
 * @throws GraftError `bad-input` when it is not in the range
 */
export function checkNumber(what: string, value: number, range: Range): number {
  if (RANGES[range](value)) return value;
  return refuse(`${what} ${value}.`, `A number ${range} was expected.`);
}
