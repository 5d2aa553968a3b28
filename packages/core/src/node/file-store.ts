import { access, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GraftError } from '../errors/graft-error.js';
import { assertInside, type Store } from '../store/store.js';
import { writeAtomic } from './write-atomic.js';

/**
 * A folder on disk. It is created on the first write.
 *
 * @param folder an absolute path, or one relative to the working directory
 */
export function fileStore(folder: string): Store {
  const root = resolve(folder);
  const pathOf = (name: string): string => {
    assertInside(name);
    return join(root, name);
  };
  return {
    location: root,
    async has(name) {
      return access(pathOf(name)).then(
        () => true,
        () => false,
      );
    },
    async read(name) {
      const path = pathOf(name);
      try {
        const bytes = await readFile(path);
        return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      } catch (cause) {
        throw new GraftError({
          code: 'not-found',
          what: `${path} could not be read.`,
          remedy: 'Check the path.',
          cause,
        });
      }
    },
    async write(name, bytes) {
      await writeAtomic(pathOf(name), bytes);
    },
    async remove(name) {
      await rm(pathOf(name), { force: true });
    },
  };
}
