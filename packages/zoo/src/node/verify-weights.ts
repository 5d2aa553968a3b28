import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MANIFEST_FILE, messageOf, parseManifest, sha256, throwIfCancelled } from '@graft-ml/core';
import { cacheFolder, dataFolder, fileSize, fileStore, readPin, sha256OfFile } from '@graft-ml/core/node';
import type { WeightFile, ZooEntry } from '../entry.js';
import { assertPretrained } from '../load-pretrained.js';
import { zooEntry } from '../registry.js';
import { isPinned, type WeightOptions } from './find-weights.js';

/** One file of an entry's weights, and whether it is there and sound. */
export interface WeightState {
  readonly name: string;
  readonly path: string;
  /** `unpinned`: it is there, nobody here has checked it, and it was never used, so that there is nothing to hold it to. */
  readonly state: 'sound' | 'missing' | 'damaged' | 'unpinned';
  readonly place: 'package' | 'data-dir' | 'cache';
  /** What is wrong with a damaged file. */
  readonly reason?: string;
  /** For a file that nobody here has checked: when it was first used here, and what it was then. */
  readonly firstUse?: { readonly at: string; readonly from: string; readonly bytes: number; readonly sha256: string };
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
  const states: WeightState[] = [];
  for (const file of files) {
    throwIfCancelled(options.signal, `verifying ${name}`);
    const { path, place } = await placeOf(folder, file.name, options);
    const about = { name: file.name, path, place };
    if (isPinned(file)) {
      states.push({ ...about, ...(await stateOf(path, file)) });
      continue;
    }
    const firstUse = await readPin(folder, file.name, options.cacheDir);
    if (firstUse !== undefined) states.push({ ...about, ...(await stateOf(path, firstUse)), firstUse });
    else states.push({ ...about, ...(await unpinnedState(path, file)) });
  }
  return states;
}

/** Whether all of an entry's files are in the data folder or the cache, by their sizes alone. */
export async function weightsAreHere({ embedded, published }: ZooEntry, options: WeightOptions = {}): Promise<boolean> {
  if (published === undefined) return embedded;
  for (const file of published.files) {
    const { path } = await placeOf(published.folder, file.name, options);
    const size = await fileSize(path);
    if (size === undefined || (file.bytes !== undefined && size !== file.bytes)) return false;
  }
  return true;
}

/** Where a file would be loaded from. */
async function placeOf(
  folder: string,
  name: string,
  options: WeightOptions,
): Promise<{ readonly path: string; readonly place: 'data-dir' | 'cache' }> {
  const dataDir = await dataFolder(options.dataDir ?? process.env['GRAFT_DATA_DIR']);
  const own = dataDir === undefined ? undefined : join(dataDir, folder, name);
  if (own !== undefined && (await fileSize(own)) !== undefined) return { path: own, place: 'data-dir' };
  return { path: join(resolve(options.cacheDir ?? cacheFolder()), folder, name), place: 'cache' };
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
    const others = Object.entries(files).map(async ([name, facts]): Promise<WeightState> => {
      const at = join(folder, name);
      return { name, path: at, place: 'package', ...(await stateOf(at, facts)) };
    });
    return [{ ...about, state: 'sound' }, ...(await Promise.all(others))];
  } catch (thrown) {
    return [{ ...about, state: 'missing', reason: messageOf(thrown) }];
  }
}

type State = Pick<WeightState, 'state' | 'reason'>;

async function stateOf(path: string, promised: { readonly bytes: number; readonly sha256: string }): Promise<State> {
  const size = await fileSize(path);
  if (size === undefined) return { state: 'missing' };
  if (size !== promised.bytes) return { state: 'damaged', reason: `it has ${size} bytes, not ${promised.bytes}` };
  const found = await sha256OfFile(path);
  if (found === promised.sha256) return { state: 'sound' };
  return { state: 'damaged', reason: `it has sha256 ${found}, not ${promised.sha256}` };
}

async function unpinnedState(path: string, stated: WeightFile): Promise<State> {
  if ((await fileSize(path)) === undefined) return { state: 'missing' };
  if (stated.sha256 === undefined) return { state: 'unpinned' };
  const found = await sha256OfFile(path);
  if (found === stated.sha256) return { state: 'sound' };
  return { state: 'damaged', reason: `it has sha256 ${found}, and its publisher states ${stated.sha256}` };
}
