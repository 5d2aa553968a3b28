import { GraftError, type TargetSpec } from '@graft-ml/core';

/** How many numbers one example holds. */
export function volume(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** How many numbers one example's target holds: 1 for a class, else one for each label or value. */
export function targetWidth(target: TargetSpec): number {
  switch (target.kind) {
    case 'classes':
      return 1;
    case 'multi-label':
      return target.labels.length;
    case 'values':
      return target.names.length;
  }
}

/**
 * Indices as whole numbers inside a dataset.
 *
 * @throws GraftError `bad-input` naming the first one that is outside
 */
export function checkIndices(name: string, size: number, indices: ArrayLike<number>): Int32Array {
  const checked = new Int32Array(indices.length);
  for (let at = 0; at < indices.length; at++) {
    const index = indices[at] ?? -1;
    if (!Number.isInteger(index) || index < 0 || index >= size) {
      throw new GraftError({
        code: 'bad-input',
        what: `Example ${index} of "${name}" was asked for.`,
        expected: size === 0 ? 'The data set is empty.' : `It has examples 0 to ${size - 1}.`,
      });
    }
    checked[at] = index;
  }
  return checked;
}

/** Where the first NaN or infinity is, or −1. */
export function firstNotFinite(values: Float32Array): number {
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    // NaN − NaN and ∞ − ∞ are NaN; the difference of any other number with itself is 0.
    if (value - value !== 0) return at;
  }
  return -1;
}

/** @throws GraftError `bad-input` unless `value` is a whole number of at least `least` */
export function checkCount(what: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new GraftError({
    code: 'bad-input',
    what: `${what} is ${value}.`,
    expected: `A whole number of at least ${least} was expected.`,
  });
}
