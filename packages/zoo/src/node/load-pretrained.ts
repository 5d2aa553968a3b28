import { memoryStore, type Store } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import type { PublishedWeights } from '../entry.js';
import { assertPretrained, loadPretrainedFrom, type Pretrained } from '../load-pretrained.js';
import { zooEntry } from '../registry.js';
import { findPublished, type WeightOptions } from './find-weights.js';
import { shippedFolder } from './verify-weights.js';

export interface LoadPretrainedOptions extends WeightOptions {
  /** A folder that holds the files, and the only place to look then. */
  readonly folder?: string;
}

/**
 * Load a pretrained entry of the zoo: from the weights that ship with this package, or else, file by file, from the data
 * folder, the cache or the web, in that order. Every file is checked by sha256, those that nobody here has checked by that of
 * their first use; what comes from the web is kept in the cache.
 *
 * @param name for example `seed-cnn/mnist` or `mobilenet-v1-0.25-224`
 * @throws GraftError as `loadPretrainedFrom` does; `unavailable` when a file is nowhere, or no server gave it;
 *   `cancelled`; `storage`
 *
 * @example
 * ```ts
 * import { useBackend } from '@graft-ml/core';
 * import { wasm } from '@graft-ml/backend-wasm';
 * import { loadPretrained } from '@graft-ml/zoo/node';
 * await useBackend(wasm());
 * const { model, entry } = await loadPretrained('seed-cnn/mnist');
 * console.log(model.countParams(), entry.labels.length); // 225034 10
 * ```
 */
export async function loadPretrained(name: string, options: LoadPretrainedOptions = {}): Promise<Pretrained> {
  const entry = zooEntry(name);
  assertPretrained(entry);
  if (options.folder !== undefined) return loadPretrainedFrom(fileStore(options.folder), name);
  if (entry.published !== undefined) return loadPretrainedFrom(await inMemory(entry.published, options), name);
  return loadPretrainedFrom(fileStore(shippedFolder(entry)), name);
}

/** The published files in memory. */
async function inMemory(published: PublishedWeights, options: LoadPretrainedOptions): Promise<Store> {
  const store = memoryStore(published.folder);
  for (const { name, bytes } of await findPublished(published, options)) await store.write(name, bytes);
  return store;
}
