import { GraftError, progressReporter, throwIfCancelled, yieldToEventLoop, type OnProgress } from '@graft-ml/core';
import { dataFolder, findPinnedFile, type FoundFile } from '@graft-ml/core/node';
import type { Dataset } from '../dataset.js';
import { idxDataset } from '../idx/idx-dataset.js';
import type { DatasetEntry, DatasetFile } from '../registry/entry.js';
import { dataEntry } from '../registry/registry.js';
import { sketchTask } from '../sketches/sketches.js';

export interface LoadDataOptions {
  /** A folder with `<name>/<file>` for each set; default the environment variable `GRAFT_DATA_DIR`, if set. */
  readonly dataDir?: string | undefined;
  /** Default `cacheFolder()`. */
  readonly cacheDir?: string | undefined;
  /** Never go to the web. Default false. */
  readonly offline?: boolean | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface LoadedData {
  readonly train: Dataset;
  readonly test: Dataset;
  /** Where the files were; of the four, the furthest. */
  readonly source: 'embedded' | 'data-dir' | 'cache' | 'web';
}

/**
 * Load a data set by its name: drawn if embedded, else its files from the data folder, the cache or the web, in that
 * order, each checked by sha256. What comes from the web is kept in the cache.
 *
 * @throws GraftError `not-found` for an unknown name (with near ones) or a data folder that does not exist; `corrupt`
 *   for a file in the data folder that is not the published one; `unavailable` when a file is nowhere, or no server
 *   gave it; `cancelled`; `storage`
 *
 * @example
 * ```ts
 * import { loadData } from '@graft-ml/datasets/node';
 * const { train, test, source } = await loadData('sketches-target');
 * console.log(train.size, test.size, source); // 2000 1000 embedded
 * ```
 */
export async function loadData(name: string, options: LoadDataOptions = {}): Promise<LoadedData> {
  const entry = dataEntry(name);
  if (entry.embedded) {
    return { ...sketchTask(entry.name === 'sketches-source' ? 'source' : 'target'), source: 'embedded' };
  }
  const dataDir = await dataFolder(options.dataDir ?? process.env['GRAFT_DATA_DIR']);
  const found: Found[] = [];
  for (const file of entry.files) {
    throwIfCancelled(options.signal, `loading "${name}"`);
    found.push({ file, ...(await findPinnedFile(entry.name, file, { ...options, dataDir })) });
  }
  const bytesOf = (files: readonly Found[]): number => files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  const report = progressReporter(options.onProgress, {
    task: `unpacking ${name}`,
    unit: 'bytes',
    total: bytesOf(found),
  });
  report(0);
  await yieldToEventLoop();
  const train = datasetOf(entry, 'train', found);
  report(bytesOf(found.filter(({ file }) => file.split === 'train')));
  await yieldToEventLoop();
  const test = datasetOf(entry, 'test', found);
  report(bytesOf(found));
  const order = ['web', 'cache', 'data-dir'] as const;
  return {
    train,
    test,
    source: order.find((place) => found.some((each) => each.place === place)) ?? 'cache',
  };
}

interface Found extends FoundFile {
  readonly file: DatasetFile;
}

function datasetOf(entry: DatasetEntry, split: DatasetFile['split'], found: readonly Found[]): Dataset {
  const of = (role: DatasetFile['role']): Found => {
    const each = found.find(({ file }) => file.split === split && file.role === role);
    if (each === undefined) {
      throw new GraftError({ code: 'internal', what: `The entry "${entry.name}" lists no ${split} ${role}.` });
    }
    return each;
  };
  const images = of('images');
  const labels = of('labels');
  return idxDataset({
    name: `${entry.name}/${split}`,
    images: images.bytes,
    labels: labels.bytes,
    labelNames: entry.labels,
    imagesFrom: images.path,
    labelsFrom: labels.path,
    range: entry.range,
  });
}
