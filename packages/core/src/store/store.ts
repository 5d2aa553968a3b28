import { GraftError } from '../errors/graft-error.js';

/** Bytes `begin` to `end`, `end` not included: whole numbers, 0 ≤ begin ≤ end. */
export interface ByteRange {
  readonly begin: number;
  readonly end: number;
}

/**
 * A folder of named byte arrays: files in Node, memory in tests, a web folder in browsers.
 *
 * Contract: names are relative, `/`-separated and never leave the store (`assertInside`). `write` is atomic: a reader
 * sees the old bytes or the new ones, never a part, and a failed write leaves the old ones. Reading throws a
 * `GraftError` `not-found` for a name that is not there; writes that the medium refuses throw `storage`.
 */
export interface Store {
  /** Where this store is, for messages. */
  readonly location: string;
  has(name: string): Promise<boolean>;
  read(name: string): Promise<Uint8Array>;
  /**
   * Parts of a file, one array for each range, in the order given: files may be larger than memory.
   *
   * @throws GraftError `corrupt` for a range that reaches past the file's end
   */
  readRanges(name: string, ranges: readonly ByteRange[]): Promise<Uint8Array[]>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}

/**
 * Refuse names that are absolute, empty, or climb out of the store.
 *
 * @throws GraftError `bad-input`
 */
export function assertInside(name: string): void {
  const parts = name.split('/');
  const unsafe =
    name === '' ||
    name.includes('\\') ||
    name.includes('\0') ||
    /^[a-z][a-z0-9+.-]*:/i.test(name) ||
    parts.some((part) => part === '' || part === '.' || part === '..');
  if (unsafe) {
    throw new GraftError({
      code: 'bad-input',
      what: `The file name ${JSON.stringify(name)} leaves its folder or is malformed.`,
      expected: 'A relative name such as "weights/group1.bin" was expected.',
    });
  }
}

/** @throws GraftError `bad-input` for a range that is none */
export function checkRange({ begin, end }: ByteRange): void {
  if (Number.isSafeInteger(begin) && Number.isSafeInteger(end) && begin >= 0 && begin <= end) return;
  throw new GraftError({
    code: 'bad-input',
    what: `Bytes ${begin} to ${end} of a file were asked for.`,
    expected: 'Whole numbers with 0 ≤ begin ≤ end were expected.',
  });
}

/** The error for a range that reaches past the end of a file. */
export function pastTheEnd(file: string, { begin, end }: ByteRange, size: number): GraftError {
  return new GraftError({
    code: 'corrupt',
    what: `Bytes ${begin} to ${end} of ${file} were asked for, which has ${size}.`,
    expected: 'A longer file was expected: it was cut short, or is another one.',
  });
}

/** The ranges of a file that is in memory as a whole, as `readRanges` gives them. @throws as that does */
export function rangesOf(bytes: Uint8Array, ranges: readonly ByteRange[], where: string): Uint8Array[] {
  return ranges.map((range) => {
    checkRange(range);
    if (range.end > bytes.byteLength) throw pastTheEnd(where, range, bytes.byteLength);
    return bytes.slice(range.begin, range.end);
  });
}
