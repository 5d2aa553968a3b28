import { InvalidArgumentError } from 'commander';

/** `3`: a whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(
        `A whole number of at least ${least} was expected, such as ${Math.max(least, 10)}.`,
      );
    }
    return value;
  };
}

/** The most that the wasm backend takes. */
const MOST_THREADS = 32;

/** `2` or `auto`: threads. */
export function threads(text: string): number | 'auto' {
  if (text === 'auto') return 'auto';
  const value = Number(text);
  if (/^[1-9]\d*$/.test(text) && value <= MOST_THREADS) return value;
  throw new InvalidArgumentError(`A number of threads from 1 to ${MOST_THREADS} was expected, or auto.`);
}

/** `0.001` or `1e-3`: a number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('A number above 0 was expected, such as 0.001.');
  }
  return value;
}

/** `0.7`: a number above 0 and at most 1. */
export function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value <= 1)) {
    throw new InvalidArgumentError('A number above 0 and at most 1 was expected, such as 0.7.');
  }
  return value;
}

/** `0.0003,0.001`: numbers above 0. */
export function rateList(text: string): number[] {
  return nameList(text).map(positiveNumber);
}

/** `scratch,frozen`: names between commas, each once, none empty. */
export function nameList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes(''))
    throw new InvalidArgumentError('Names separated by commas were expected, such as scratch,frozen.');
  return [...new Set(names)];
}

/** `100,1000,all`: label counts. */
export function labelCounts(text: string): (number | 'all')[] {
  return nameList(text).map(labelCount);
}

/** `100` or `all`. */
export function labelCount(text: string): number | 'all' {
  if (text === 'all') return 'all';
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError(`"${text}" is no label count: a whole number of at least 1, or all, was expected.`);
  }
  return value;
}

/** More repetitions than this are a slip of the finger. */
const MOST_SEEDS = 1000;

/** `3` is the seeds 0, 1, 2; `1,5,9` (or `7,` for one) are the seeds themselves. */
export function seedList(text: string): number[] {
  const parts = text.split(',').map((part) => part.trim());
  const listed = parts.length > 1;
  const values = (listed && parts.at(-1) === '' ? parts.slice(0, -1) : parts).map(Number);
  const valid = parts.slice(0, values.length).every((part) => /^\d+$/.test(part)) && values.every(Number.isSafeInteger);
  if (!valid || values.length > MOST_SEEDS) {
    throw new InvalidArgumentError('A number of seeds such as 3, or seeds such as 1,5,9, was expected.');
  }
  if (listed) return [...new Set(values)];
  const count = values[0] ?? 0;
  if (count < 1 || count > MOST_SEEDS) {
    throw new InvalidArgumentError(`A number of seeds from 1 to ${MOST_SEEDS} was expected, or a list such as 1,5,9.`);
  }
  return Array.from({ length: count }, (_, seed) => seed);
}

/** `balanced`. */
export function classWeights(text: string): 'balanced' {
  if (text === 'balanced') return text;
  throw new InvalidArgumentError('balanced was expected.');
}
