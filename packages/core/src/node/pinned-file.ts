import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GraftError } from '../errors/graft-error.js';
import type { OnProgress } from '../events/progress.js';
import { assertInside } from '../store/store.js';
import { cacheFolder } from './cache-folder.js';
import { fileSize, readChecked, type FilePromise } from './check-file.js';
import { download } from './download.js';
import { withMirror } from './mirror.js';

/** A published file: where it may be fetched, and how to know it. */
export interface PinnedFile extends FilePromise {
  readonly name: string;
  /** The same bytes at several places, best first. */
  readonly urls: readonly string[];
}

export interface FindOptions {
  /** A folder that exists, with `<folder>/<file>` for each set of files (see `dataFolder`). */
  readonly dataDir?: string | undefined;
  /** Default `cacheFolder()`. */
  readonly cacheDir?: string | undefined;
  /** A web folder that is tried before the files' own addresses; default the environment variable `GRAFT_MIRROR`, if set. */
  readonly mirror?: string | undefined;
  /** Never go to the web. Default false. */
  readonly offline?: boolean | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FoundFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly place: 'data-dir' | 'cache' | 'web';
}

/**
 * Find a published file in the data folder, the cache or the web, in that order, and check its size and sha256. What
 * comes from the web is kept in the cache.
 *
 * @param folder what the file belongs to, e.g. `mnist`: the folder it lies in below the data folder and the cache
 * @throws GraftError `corrupt` for a file in the data folder that is not the published one; `unavailable` when it is
 *   nowhere, or no server gave it; `cancelled`; `storage`
 */
export async function findPinnedFile(folder: string, file: PinnedFile, options: FindOptions = {}): Promise<FoundFile> {
  assertInside(`${folder}/${file.name}`);
  const { dataDir } = options;
  if (dataDir !== undefined) {
    const path = join(dataDir, folder, file.name);
    if ((await fileSize(path)) !== undefined) {
      const source = file.urls[0] === undefined ? '' : ` (${file.urls[0]})`;
      const remedy = `Replace it by the published file${source}, or take it away.`;
      return { path, bytes: await readChecked(path, file, remedy), place: 'data-dir' };
    }
  }
  const path = join(resolve(options.cacheDir ?? cacheFolder()), folder, file.name);
  const cached = await readCached(path, file);
  if (cached !== undefined) return { path, bytes: cached, place: 'cache' };
  if (options.offline === true) {
    throw new GraftError({
      code: 'unavailable',
      what: `${file.name} of "${folder}" is not ${dataDir === undefined ? '' : `in ${join(dataDir, folder)} and not `}at ${path}${
        (await fileSize(path)) === undefined ? '' : ' (what is there is damaged)'
      }, and Graft is offline.`,
      remedy: `Go online, or put the file into a folder ${folder}/ and name the folder above it in GRAFT_DATA_DIR.`,
    });
  }
  await download({
    ...file,
    urls: withMirror(folder, file, options.mirror),
    path,
    title: `${folder}/${file.name}`,
    onProgress: options.onProgress,
    signal: options.signal,
  });
  return { path, bytes: await readChecked(path, file, 'Run again.'), place: 'web' };
}

/** A file of the cache, if it is there and sound; a damaged one is fetched again. */
async function readCached(path: string, file: FilePromise): Promise<Uint8Array | undefined> {
  try {
    return await readChecked(path, file, '');
  } catch (thrown) {
    if (thrown instanceof GraftError && (thrown.code === 'corrupt' || thrown.code === 'not-found')) return undefined;
    throw thrown;
  }
}

/**
 * The data folder, if one is named. A name that leads nowhere is a mistake, not a reason to download.
 *
 * @throws GraftError `not-found` when there is no such folder
 */
export async function dataFolder(named: string | undefined): Promise<string | undefined> {
  if (named === undefined || named === '') return undefined;
  const folder = resolve(named);
  const isFolder = await stat(folder).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  if (isFolder) return folder;
  throw new GraftError({
    code: 'not-found',
    what: `The data folder ${folder} does not exist.`,
    expected: 'A folder with one folder for each data set was expected, e.g. mnist/train-images-idx3-ubyte.gz.',
    remedy: 'Correct GRAFT_DATA_DIR (or dataDir), or leave it out.',
  });
}
