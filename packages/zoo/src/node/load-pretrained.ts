import { fileURLToPath } from 'node:url';
import { memoryStore, progressReporter, throwIfCancelled, type Store } from '@graft-ml/core';
import { dataFolder, fileStore, findPinnedFile, type FindOptions } from '@graft-ml/core/node';
import type { PublishedWeights } from '../entry.js';
import { assertPretrained, loadPretrainedFrom, type Pretrained } from '../load-pretrained.js';
import { zooEntry } from '../registry.js';

export interface LoadPretrainedOptions extends FindOptions {
  /** A folder that holds the files, and the only place to look then. */
  readonly folder?: string;
  /** A folder with a folder of files for each entry; default the environment variable `GRAFT_DATA_DIR`, if set. */
  readonly dataDir?: string | undefined;
}

/**
 * Load a pretrained entry of the zoo: from the weights that ship with this package, or else, file by file, from the data
 * folder, the cache or the web, in that order. Every file is checked by sha256; what comes from the web is kept in the
 * cache.
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
  if (entry.published !== undefined) return loadPretrainedFrom(await findFiles(entry.published, options), name);
  const shipped = new URL(`../../weights/${entry.weightsFolder ?? name}/`, import.meta.url);
  return loadPretrainedFrom(fileStore(fileURLToPath(shipped)), name);
}

/** The published files in memory. Progress counts the bytes of all of them. */
async function findFiles({ folder, files }: PublishedWeights, options: LoadPretrainedOptions): Promise<Store> {
  const { onProgress, signal } = options;
  const dataDir = await dataFolder(options.dataDir ?? process.env['GRAFT_DATA_DIR']);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const report = progressReporter(onProgress, { task: `loading ${folder}`, unit: 'bytes', total });
  const store = memoryStore(folder);
  let before = 0;
  for (const file of files) {
    throwIfCancelled(signal, `loading ${folder}`);
    const { bytes } = await findPinnedFile(folder, file, {
      ...options,
      dataDir,
      onProgress: ({ done }) => report(before + done),
    });
    await store.write(file.name, bytes);
    before += file.bytes;
    report(before);
  }
  return store;
}
