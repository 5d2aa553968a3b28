import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GraftError, messageOf } from '../errors/graft-error.js';

/**
 * Write a file so that its name never stands for half of it: to a temporary name beside it, flushed, then renamed.
 *
 * @throws GraftError `storage` when the disk is full, the folder read-only or the path not writable; nothing is left behind
 */
export async function writeAtomic(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
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
    throw storageError(path, cause);
  }
}

/** The storage error for a failed file operation, with a remedy for the usual causes. */
export function storageError(path: string, cause: unknown): GraftError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const remedies: Readonly<Record<string, string>> = {
    ENOSPC: 'The disk is full: free some space and run again.',
    EDQUOT: 'The disk quota is used up: free some space and run again.',
    EROFS: 'The file system is read-only: choose another folder.',
    EACCES: 'Permission was denied: choose a folder that you may write to.',
    EPERM: 'Permission was denied: choose a folder that you may write to.',
    ENOTDIR: 'A part of the path is a file, not a folder: choose another path.',
    EISDIR: 'The path is a folder: name a file in it.',
    EEXIST: 'A file is in the way: choose another path.',
  };
  return new GraftError({
    code: 'storage',
    what: `${path} could not be written: ${messageOf(cause)}.`,
    remedy: remedies[reason] ?? 'Check the path and the disk.',
    cause,
  });
}
