import { GraftError } from '@graft-ml/core';
import { processors } from './host.js';

const MOST = 32;
/** What `auto` goes up to: past it, threads mostly wait for memory. */
const MOST_AUTO = 8;

/**
 * @returns the number of threads that `wanted` means here
 * @throws GraftError `bad-input`
 */
export function threadCount(wanted: unknown): number {
  if (wanted === 'auto') return Math.max(1, Math.min(MOST_AUTO, processors()));
  if (typeof wanted === 'number' && Number.isInteger(wanted) && wanted >= 1 && wanted <= MOST) return wanted;
  throw new GraftError({
    code: 'bad-input',
    what: `${typeof wanted === 'string' ? `"${wanted}"` : String(wanted)} is no number of threads.`,
    expected: `A whole number from 1 to ${MOST}, or "auto", was expected.`,
  });
}
