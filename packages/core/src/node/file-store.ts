import { access, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GraftError } from '../errors/graft-error.js';
import { assertInside, checkRange, pastTheEnd, type ByteRange, type Store } from '../store/store.js';
import { writeAtomic } from './write-atomic.js';

/** A range above this many bytes is compared with the file's size before memory is asked for. */
const MAX_UNCHECKED = 2 ** 20;

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
        throw unreadable(path, cause);
      }
    },
    async readRanges(name, ranges) {
      const path = pathOf(name);
      for (const range of ranges) checkRange(range);
      const file = await open(path).catch((cause: unknown) => {
        throw unreadable(path, cause);
      });
      try {
        return await everyOne(ranges.map((range) => readPart(file, path, range)));
      } finally {
        await file.close();
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

async function readPart(file: FileHandle, path: string, range: ByteRange): Promise<Uint8Array> {
  const { size } = range.end - range.begin > MAX_UNCHECKED ? await file.stat() : { size: range.end };
  if (range.end > size) throw pastTheEnd(path, range, size);
  const bytes = new Uint8Array(range.end - range.begin);
  let filled = 0;
  while (filled < bytes.byteLength) {
    const { bytesRead } = await file.read(bytes, filled, bytes.byteLength - filled, range.begin + filled);
    if (bytesRead === 0) throw pastTheEnd(path, range, range.begin + filled);
    filled += bytesRead;
  }
  return bytes;
}

/** Like `Promise.all`, but waits for all also when one fails: the file may not be closed under the others. */
async function everyOne(reads: readonly Promise<Uint8Array>[]): Promise<Uint8Array[]> {
  await Promise.allSettled(reads);
  return Promise.all(reads);
}

function unreadable(path: string, cause: unknown): GraftError {
  return new GraftError({ code: 'not-found', what: `${path} could not be read.`, remedy: 'Check the path.', cause });
}
