import { GraftError } from '../errors/graft-error.js';
import { assertInside, type Store } from './store.js';

/** A store that lives in memory and is gone with it. */
export function memoryStore(location = 'memory'): Store {
  const files = new Map<string, Uint8Array>();
  return {
    location,
    has(name) {
      return Promise.resolve(files.has(name));
    },
    read(name) {
      const bytes = files.get(name);
      return bytes === undefined
        ? Promise.reject(new GraftError({ code: 'not-found', what: `There is no "${name}" in ${location}.` }))
        : Promise.resolve(bytes.slice());
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
