import { rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { GraftError } from '@graft-ml/core';
import { makeFolder, writeAtomic } from '@graft-ml/core/node';

/**
 * Make sure that a folder can be written to, before work starts whose result would be lost otherwise.
 *
 * @throws GraftError `storage`, with the cause and the remedy
 */
export async function assertFolderWritable(folder: string): Promise<void> {
  await makeFolder(folder);
  const probe = join(resolve(folder), '.graft-write-test');
  await writeAtomic(probe, '');
  await rm(probe, { force: true });
}

/**
 * Make sure that a file can be written under this name. A file that is there is left as it is.
 *
 * @throws GraftError `bad-input` when a folder has the name, `storage` when the folder around it cannot be written to
 */
export async function assertFileWritable(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) {
    throw new GraftError({
      code: 'bad-input',
      what: `${path} is a folder.`,
      expected: 'The name of a file was expected.',
      remedy: `Name a file in it, such as ${join(path, 'out.json')}.`,
    });
  }
  await makeFolder(dirname(resolve(path)));
  const probe = `${resolve(path)}.graft-write-test`;
  await writeAtomic(probe, '');
  await rm(probe, { force: true });
}
