import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GraftError } from '../errors/graft-error.js';
import { makeFolder } from './make-folder.js';
import { storageError } from './storage-error.js';

/**
 * Write a file so that its name never stands for half of it: to a temporary name beside it, flushed, then renamed.
 *
 * @throws GraftError `storage` when the disk is full, the folder read-only or the path not writable; nothing is left behind
 */
export async function writeAtomic(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await makeFolder(dirname(path));
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cause instanceof GraftError ? cause : storageError(path, cause);
  }
}
