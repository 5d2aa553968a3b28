import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { storageError } from './storage-error.js';

/**
 * Make a folder and those above it, one by one. A folder that is there already is left as it is.
 *
 * Node's own recursive `mkdir` never returns where the system answers "no such file" to making a folder in one that is
 * there, as Linux does in /proc.
 *
 * @throws GraftError `storage` when one cannot be made
 */
export async function makeFolder(path: string): Promise<void> {
  const folder = resolve(path);
  if (await isFolder(folder)) return;
  if (dirname(folder) !== folder) await makeFolder(dirname(folder));
  try {
    await mkdir(folder);
  } catch (cause) {
    // Somebody else may have made it meanwhile.
    if (!(await isFolder(folder))) throw storageError(folder, cause);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
