import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MANIFEST_FILE, messageOf, parseManifest, progressReporter, sha256, throwIfCancelled } from '@graft-ml/core';
import {
  cacheFolder,
  dataFolder,
  fileSize,
  fileStore,
  findPinnedFile,
  sha256OfFile,
  type FindOptions,
} from '@graft-ml/core/node';
import type { PublishedWeights, ZooEntry } from '../entry.js';
import { assertPretrained } from '../load-pretrained.js';
import { zooEntry } from '../registry.js';

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
 * Find the published files of an entry: each in the data folder, the cache or the web, checked by size and sha256.
 * Progress counts the bytes of all of them.
 *
 * @throws GraftError as `findPinnedFile` does
 */
export async function findPublished(
  { folder, files }: PublishedWeights,
  options: WeightOptions = {},
): Promise<FoundWeights[]> {
  const dataDir = await dataFolder(options.dataDir ?? process.env['GRAFT_DATA_DIR']);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const report = progressReporter(options.onProgress, { task: `loading ${folder}`, unit: 'bytes', total });
  const found: FoundWeights[] = [];
  let before = 0;
  for (const file of files) {
    throwIfCancelled(options.signal, `loading ${folder}`);
    const onProgress = ({ done }: { readonly done: number }): void => report(before + done);
    found.push({ name: file.name, ...(await findPinnedFile(folder, file, { ...options, dataDir, onProgress })) });
    before += file.bytes;
    report(before);
  }
  return found;
}

/** One file of an entry's weights, and whether it is there and sound. */
export interface WeightState {
  readonly name: string;
  readonly path: string;
  readonly state: 'sound' | 'missing' | 'damaged';
  readonly place: 'package' | 'data-dir' | 'cache';
  /** What is wrong with a damaged file. */
  readonly reason?: string;
}

/**
 * Look at every file of an entry's weights where it would be loaded from, without going to the web.
 *
 * @throws GraftError `not-found` for an unknown name, `bad-input` for an architecture without weights
 */
export async function verifyWeights(name: string, options: WeightOptions = {}): Promise<WeightState[]> {
  const entry = zooEntry(name);
  assertPretrained(entry);
  if (entry.published === undefined) return verifyShipped(entry);
  const { folder, files } = entry.published;
  const dataDir = await dataFolder(options.dataDir ?? process.env['GRAFT_DATA_DIR']);
  const states: WeightState[] = [];
  for (const file of files) {
    throwIfCancelled(options.signal, `verifying ${name}`);
    const own = dataDir === undefined ? undefined : join(dataDir, folder, file.name);
    const inData = own !== undefined && (await fileSize(own)) !== undefined;
    const path = inData ? own : join(resolve(options.cacheDir ?? cacheFolder()), folder, file.name);
    states.push(await stateOf(file.name, path, inData ? 'data-dir' : 'cache', file));
  }
  return states;
}

/** Where the weights that ship with this package lie. */
export function shippedFolder({ name, weightsFolder }: ZooEntry): string {
  return fileURLToPath(new URL(`../../weights/${weightsFolder ?? name}/`, import.meta.url));
}

async function verifyShipped(entry: ZooEntry): Promise<WeightState[]> {
  const folder = shippedFolder(entry);
  const path = join(folder, MANIFEST_FILE);
  const about = { name: MANIFEST_FILE, path, place: 'package' as const };
  try {
    const bytes = await fileStore(folder).read(MANIFEST_FILE);
    const found = await sha256(bytes);
    if (found !== entry.sha256) return [{ ...about, state: 'damaged', reason: `it has sha256 ${found}` }];
    const { files } = parseManifest(new TextDecoder().decode(bytes), path);
    const others = Object.entries(files).map(([name, facts]) => stateOf(name, join(folder, name), 'package', facts));
    return [{ ...about, state: 'sound' }, ...(await Promise.all(others))];
  } catch (thrown) {
    return [{ ...about, state: 'missing', reason: messageOf(thrown) }];
  }
}

async function stateOf(
  name: string,
  path: string,
  place: WeightState['place'],
  promised: { readonly bytes: number; readonly sha256: string },
): Promise<WeightState> {
  const size = await fileSize(path);
  if (size === undefined) return { name, path, place, state: 'missing' };
  if (size !== promised.bytes) {
    return { name, path, place, state: 'damaged', reason: `it has ${size} bytes, not ${promised.bytes}` };
  }
  const found = await sha256OfFile(path);
  if (found === promised.sha256) return { name, path, place, state: 'sound' };
  return { name, path, place, state: 'damaged', reason: `it has sha256 ${found}, not ${promised.sha256}` };
}
