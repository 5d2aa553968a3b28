import { GraftError } from '../errors/graft-error.js';
import { assertInside, rangesOf, type Store } from './store.js';

/** A store that lives in memory and is gone with it. */
export function memoryStore(location = 'memory'): Store {
  const files = new Map<string, Uint8Array>();
  const bytesOf = (name: string): Uint8Array => {
    const bytes = files.get(name);
    if (bytes !== undefined) return bytes;
    throw new GraftError({ code: 'not-found', what: `There is no "${name}" in ${location}.` });
  };
  return {
    location,
    has(name) {
      return Promise.resolve(files.has(name));
    },
    async read(name) {
      return bytesOf(name).slice();
    },
    async readRanges(name, ranges) {
      return rangesOf(bytesOf(name), ranges, `${location}/${name}`);
    },
    async write(name, bytes) {
      assertInside(name);
      files.set(name, bytes.slice());
    },
    remove(name) {
      files.delete(name);
      return Promise.resolve();
    },
  };
}
