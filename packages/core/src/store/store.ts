import { GraftError } from '../errors/graft-error.js';

/**
 * A folder of named byte arrays: files in Node, memory in tests, a web folder in browsers.
 *
 * Contract: names are relative, `/`-separated and never leave the store (`assertInside`). `write` is atomic: a reader
 * sees the old bytes or the new ones, never a part, and a failed write leaves the old ones. `read` throws a
 * `GraftError` `not-found` for a name that is not there; writes that the medium refuses throw `storage`.
 */
export interface Store {
  /** Where this store is, for messages. */
  readonly location: string;
  has(name: string): Promise<boolean>;
  read(name: string): Promise<Uint8Array>;
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
