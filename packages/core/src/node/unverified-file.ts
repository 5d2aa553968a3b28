import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GraftError, messageOf } from '../errors/graft-error.js';
import { assertInside } from '../store/store.js';
import { cacheFolder } from './cache-folder.js';
import { fileSize, readChecked } from './check-file.js';
import { downloadUnverified } from './download-unverified.js';
import { withMirror } from './mirror.js';
import { findPinnedFile, type FindOptions, type FoundFile, type PinnedFile } from './pinned-file.js';
import { pinPath, readPin, writePin, type Pin } from './pins.js';

/** A published file that nobody here has seen: its address, and not how to know it. */
export type UnverifiedFile = Pick<PinnedFile, 'name' | 'urls'>;

/** Larger files than this are refused before they are read. */
const MOST_BYTES = 2 ** 31;

/**
 * Find a file whose bytes nobody vouches for, in the data folder, the cache or the web, in that order, and trust what is
 * found first: its size and sha256 are pinned in the cache, and whatever else comes later under its name is refused.
 *
 * @param folder what the file belongs to: the folder it lies in below the data folder and the cache
 * @throws GraftError `corrupt` for a file other than the pinned one; `unavailable` when it is nowhere, or no server gave it;
 *   `cancelled`; `storage`
 */
export async function findUnverifiedFile(
  folder: string,
  file: UnverifiedFile,
  options: FindOptions = {},
): Promise<FoundFile> {
  assertInside(`${folder}/${file.name}`);
  const { cacheDir, dataDir } = options;
  const pin = await readPin(folder, file.name, cacheDir);
  if (pin !== undefined) return findAgain(folder, file, pin, options);
  const cached = join(resolve(cacheDir ?? cacheFolder()), folder, file.name);
  const places = [
    ...(dataDir === undefined ? [] : [{ path: join(dataDir, folder, file.name), place: 'data-dir' as const }]),
    { path: cached, place: 'cache' as const },
  ];
  for (const { path, place } of places) {
    const size = await fileSize(path);
    if (size === undefined) continue;
    const bytes = await readBounded(path, size);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await writePin(folder, file.name, { bytes: size, sha256, from: path, at: now() }, cacheDir);
    return { path, bytes, place };
  }
  if (options.offline === true) {
    throw new GraftError({
      code: 'unavailable',
      what: `${file.name} of "${folder}" is not at ${places.map(({ path }) => path).join(' and not at ')}, and Graft is offline.`,
      remedy: `Go online, or put the file into a folder ${folder}/ and name the folder above it in GRAFT_DATA_DIR.`,
    });
  }
  const { url, ...facts } = await downloadUnverified({
    urls: withMirror(folder, file, options.mirror),
    path: cached,
    title: `${folder}/${file.name}`,
    onProgress: options.onProgress,
    signal: options.signal,
  });
  await writePin(folder, file.name, { ...facts, from: url, at: now() }, cacheDir);
  return { path: cached, bytes: await readChecked(cached, facts, 'Run again.'), place: 'web' };
}

async function findAgain(folder: string, file: UnverifiedFile, pin: Pin, options: FindOptions): Promise<FoundFile> {
  const { bytes, sha256, at, from } = pin;
  try {
    return await findPinnedFile(folder, { ...file, bytes, sha256 }, options);
  } catch (thrown) {
    if (!(thrown instanceof GraftError) || !['corrupt', 'unavailable'].includes(thrown.code)) throw thrown;
    const path = pinPath(folder, file.name, options.cacheDir);
    throw new GraftError({
      code: thrown.code,
      what: thrown.what,
      expected: `${bytes} bytes with sha256 ${sha256} were expected: what came from ${from} on ${at.slice(0, 10)}, when it was first used here.`,
      remedy:
        `${thrown.remedy ?? ''} If its publisher replaced it and you trust the new one, remove ${path} first.`.trim(),
      cause: thrown,
    });
  }
}

async function readBounded(path: string, size: number): Promise<Uint8Array> {
  if (size > MOST_BYTES) {
    throw new GraftError({
      code: 'corrupt',
      what: `${path} has ${size} bytes.`,
      expected: `At most ${MOST_BYTES} were expected.`,
    });
  }
  try {
    return await readFile(path);
  } catch (cause) {
    throw new GraftError({ code: 'not-found', what: `${path} could not be read: ${messageOf(cause)}.`, cause });
  }
}

function now(): string {
  return new Date().toISOString();
}
