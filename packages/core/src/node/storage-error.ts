import { GraftError, messageOf } from '../errors/graft-error.js';

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
