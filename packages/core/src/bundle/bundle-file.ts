import type { LayersModel } from '@tensorflow/tfjs-layers';
import { unzip, unzipSync, zip, type Zippable } from 'fflate';
import { GraftError, messageOf } from '../errors/graft-error.js';
import { memoryStore } from '../store/memory-store.js';
import { assertInside, type Store } from '../store/store.js';
import { loadBundle, type LoadedBundle } from './load-bundle.js';
import { MANIFEST_FILE, saveBundle, type BundleFacts } from './save-bundle.js';
import { zipClaims, type ZipPart } from './zip-claims.js';

/** Far above any bundle; what a file claims beyond them is refused before it is unpacked. */
const MOST_BYTES = 2 ** 31;
const MOST_FILES = 10_000;

/**
 * Save a model as one file: a zip of the bundle that `saveBundle` writes, for downloads and mail. Unpacked, it is that
 * bundle. The same model gives the same bytes.
 *
 * @example
 * ```ts
 * import { openBundleFile, saveBundleFile } from '@graft-ml/core';
 * import * as layers from '@tensorflow/tfjs-layers';
 * const model = layers.sequential({ layers: [layers.layers.dense({ units: 2, inputShape: [3] })] });
 * const bytes = await saveBundleFile(model);
 * const loaded = await openBundleFile(bytes);
 * console.log(loaded.model.countParams()); // 8
 * ```
 */
export async function saveBundleFile(model: LayersModel, facts: BundleFacts = {}): Promise<Uint8Array> {
  const store = memoryStore();
  const { files } = await saveBundle(store, model, facts);
  const entries: Zippable = {};
  for (const name of [...Object.keys(files), MANIFEST_FILE]) {
    // Weights do not compress. The time is fixed, so that the bytes depend on the model alone.
    entries[name] = [await store.read(name), { level: name.endsWith('.json') ? 6 : 0, mtime: '1980-01-01T00:00:00' }];
  }
  return new Promise((resolve, reject) => {
    zip(entries, (error, bytes) => {
      if (error === null) resolve(bytes);
      else
        reject(
          new GraftError({ code: 'internal', what: `The bundle was not packed: ${error.message}.`, cause: error }),
        );
    });
  });
}

/**
 * Load a model from one file. What is in it is checked as in `loadBundle`.
 *
 * @param location where the bytes come from, for messages
 * @throws GraftError `corrupt` for bytes that are no bundle: no zip, names that leave it, sizes beyond any model
 */
export async function openBundleFile(bytes: Uint8Array, location = 'the file'): Promise<LoadedBundle> {
  return loadBundle(await bundleFileStore(bytes, location));
}

/** The files of a bundle that was saved as one, as a store that can only be read. @throws as `openBundleFile` */
export async function bundleFileStore(bytes: Uint8Array, location = 'the file'): Promise<Store> {
  const store = memoryStore(location);
  for (const [name, content] of await unpacked(bytes, location)) await store.write(name, content);
  const refuse = (): Promise<never> =>
    Promise.reject(
      new GraftError({ code: 'storage', what: `${location} is read-only.`, remedy: 'Write to another store.' }),
    );
  return { ...store, write: refuse, remove: refuse };
}

async function unpacked(bytes: Uint8Array, location: string): Promise<Map<string, Uint8Array>> {
  checkParts(bytes, location);
  const found = await new Promise<Record<string, Uint8Array>>((resolve, reject) => {
    unzip(bytes, { filter: ({ name }) => !isFolder(name) }, (error, files) => {
      if (error === null) resolve(files);
      else reject(damaged(location, error));
    });
  });
  return new Map(Object.entries(withoutCommonFolder(found)));
}

/** Go through what the archive says of its parts, and unpack none; the first that is wrong ends it, for billions may be claimed. */
function checkParts(bytes: Uint8Array, location: string): void {
  const names = new Set<string>();
  const wrongClaim = zipClaims(bytes.byteLength, MOST_BYTES);
  const refuse = (problem: string): never => {
    throw corrupt(location, `is refused: ${problem}`);
  };
  const check = (part: ZipPart): boolean => {
    const { name } = part;
    if (isFolder(name)) return false;
    const claim = wrongClaim(part);
    if (claim !== undefined) refuse(claim);
    if (names.has(name)) refuse(`it holds "${name}" twice`);
    if (names.size >= MOST_FILES) refuse(`it holds more than ${MOST_FILES} files`);
    try {
      assertInside(name);
    } catch (thrown) {
      refuse(messageOf(thrown));
    }
    names.add(name);
    return false;
  };
  try {
    unzipSync(bytes, { filter: check });
  } catch (thrown) {
    throw thrown instanceof GraftError ? thrown : damaged(location, thrown);
  }
}

/** A folder's own entry holds nothing. */
function isFolder(name: string): boolean {
  return name.endsWith('/');
}

/** Who packs a folder by hand packs its name too. */
function withoutCommonFolder(files: Record<string, Uint8Array>): Record<string, Uint8Array> {
  const names = Object.keys(files);
  const folder = names[0]?.split('/')[0];
  if (folder === undefined || !names.every((name) => name.startsWith(`${folder}/`))) return files;
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name.slice(folder.length + 1), bytes]));
}

function damaged(location: string, cause: unknown): GraftError {
  return corrupt(location, `is no zip file, or a damaged one: ${messageOf(cause)}`, cause);
}

function corrupt(location: string, what: string, cause?: unknown): GraftError {
  return new GraftError({
    code: 'corrupt',
    what: `${location} ${what}.`,
    expected: 'A bundle in one file was expected, such as saveBundleFile makes.',
    cause,
  });
}
