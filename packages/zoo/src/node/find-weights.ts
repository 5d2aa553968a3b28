import { rm } from 'node:fs/promises';
import { GraftError, progressReporter, sha256, throwIfCancelled } from '@graft-ml/core';
import {
  dataFolder,
  findPinnedFile,
  findUnverifiedFile,
  pinPath,
  type FindOptions,
  type FoundFile,
} from '@graft-ml/core/node';
import type { PublishedWeights, WeightFile } from '../entry.js';

export interface WeightOptions extends FindOptions {
  /** A folder with a folder of files for each entry; default the environment variable `GRAFT_DATA_DIR`, if set. */
  readonly dataDir?: string | undefined;
}

/** A published file that was found. */
export interface FoundWeights {
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly place: 'data-dir' | 'cache' | 'web';
}

/**
 * Find the published files of an entry: each in the data folder, the cache or the web. Files that were checked here are held to
 * their size and sha256; the others are pinned when they are first used, and held to that and to the sha256 that their
 * publisher states, where there is one. Progress counts the bytes of all of them, where they are known.
 *
 * @throws GraftError as `findPinnedFile` and `findUnverifiedFile` do
 */
export async function findPublished(
  { folder, files }: PublishedWeights,
  options: WeightOptions = {},
): Promise<FoundWeights[]> {
  const dataDir = await dataFolder(options.dataDir ?? process.env['GRAFT_DATA_DIR']);
  const total = files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const report = progressReporter(total === 0 ? undefined : options.onProgress, {
    task: `loading ${folder}`,
    unit: 'bytes',
    total,
  });
  const found: FoundWeights[] = [];
  let before = 0;
  for (const file of files) {
    throwIfCancelled(options.signal, `loading ${folder}`);
    if (isPinned(file)) {
      const onProgress = ({ done }: { readonly done: number }): void => report(before + done);
      found.push({ name: file.name, ...(await findPinnedFile(folder, file, { ...options, dataDir, onProgress })) });
      before += file.bytes;
      report(before);
    } else found.push({ name: file.name, ...(await findAsStated(folder, file, { ...options, dataDir })) });
  }
  return found;
}

/** Whether size and hash of a file are known, because somebody here has seen it. */
export function isPinned(file: WeightFile): file is WeightFile & { readonly bytes: number; readonly sha256: string } {
  return file.bytes !== undefined && file.sha256 !== undefined;
}

/** A file that nobody here has seen, held to the sha256 that its publisher states. */
async function findAsStated(folder: string, file: WeightFile, options: FindOptions): Promise<FoundFile> {
  const found = await findUnverifiedFile(folder, file, options);
  if (file.sha256 === undefined) return found;
  const is = await sha256(found.bytes);
  if (is === file.sha256) return found;
  // It was just pinned, or was wrong from the start: nobody shall trust it later.
  await rm(pinPath(folder, file.name, options.cacheDir), { force: true });
  if (found.place !== 'data-dir') await rm(found.path, { force: true });
  throw new GraftError({
    code: 'corrupt',
    what: `${found.path} has sha256 ${is} (${found.bytes.byteLength} bytes).`,
    expected: `Its publisher states ${file.sha256}.`,
    remedy:
      found.place === 'data-dir'
        ? 'Replace it by the published file, or take it away.'
        : 'It was removed: run again, or fetch it by another connection.',
  });
}
