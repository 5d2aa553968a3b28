import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GraftError, throwIfCancelled, yieldToEventLoop, type OnProgress } from '@graft-ml/core';
import type { Dataset } from '../dataset.js';
import { idxDataset } from '../idx/idx-dataset.js';
import type { DatasetEntry, DatasetFile } from '../registry/entry.js';
import { progressReporter } from '../internal/progress-reporter.js';
import { dataEntry } from '../registry/registry.js';
import { sketchTask } from '../sketches/sketches.js';
import { cacheFolder } from './cache-folder.js';
import { fileSize, readChecked } from './check-file.js';
import { download } from './download.js';

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
  const found: FoundFile[] = [];
  for (const file of entry.files) {
    throwIfCancelled(options.signal, `loading "${name}"`);
    found.push(await find(entry, file, dataDir, options));
  }
  const bytesOf = (files: readonly FoundFile[]): number => files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
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

interface FoundFile {
  readonly file: DatasetFile;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly place: 'data-dir' | 'cache' | 'web';
}

async function find(
  entry: DatasetEntry,
  file: DatasetFile,
  dataDir: string | undefined,
  options: LoadDataOptions,
): Promise<FoundFile> {
  if (dataDir !== undefined) {
    const path = join(dataDir, entry.name, file.name);
    if ((await fileSize(path)) !== undefined) {
      const remedy = `Replace it by the published file (${file.urls[0] ?? entry.homepage}), or take it away.`;
      return { file, path, bytes: await readChecked(path, file, remedy), place: 'data-dir' };
    }
  }
  const path = join(resolve(options.cacheDir ?? cacheFolder()), entry.name, file.name);
  const cached = await readCached(path, file);
  if (cached !== undefined) return { file, path, bytes: cached, place: 'cache' };
  if (options.offline === true) {
    throw new GraftError({
      code: 'unavailable',
      what: `${file.name} of "${entry.name}" is not ${dataDir === undefined ? '' : `in ${join(dataDir, entry.name)} and not `}at ${path}${
        (await fileSize(path)) === undefined ? '' : ' (what is there is damaged)'
      }, and Graft is offline.`,
      remedy: `Go online, or put the file into a folder ${entry.name}/ and name the folder above it in GRAFT_DATA_DIR.`,
    });
  }
  await download({
    ...file,
    path,
    title: `${entry.name}/${file.name}`,
    onProgress: options.onProgress,
    signal: options.signal,
  });
  return { file, path, bytes: await readChecked(path, file, 'Run again.'), place: 'web' };
}

/** A file of the cache, if it is there and sound; a damaged one is fetched again. */
async function readCached(path: string, file: DatasetFile): Promise<Uint8Array | undefined> {
  try {
    return await readChecked(path, file, '');
  } catch (thrown) {
    if (thrown instanceof GraftError && (thrown.code === 'corrupt' || thrown.code === 'not-found')) return undefined;
    throw thrown;
  }
}

/** The data folder, if one is named. A name that leads nowhere is a mistake, not a reason to download. */
async function dataFolder(named: string | undefined): Promise<string | undefined> {
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

function datasetOf(entry: DatasetEntry, split: DatasetFile['split'], found: readonly FoundFile[]): Dataset {
  const of = (role: DatasetFile['role']): FoundFile => {
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
