import {
  GraftError,
  predict,
  progressReporter,
  slotInfo,
  throwIfCancelled,
  type ForeignTrunk,
  type Network,
  type OnProgress,
  type Store,
} from '@graft-ml/core';
import { disposeBatch, type Dataset } from '../dataset.js';
import { checkCount } from '../internal/checks.js';
import { derivedFingerprint } from '../internal/hash-array.js';
import { computeFeatures } from './compute-features.js';
import { featureKey } from './feature-key.js';
import { layoutOf, rowBytes, shardCount, shardRows, type FeatureLayout } from './feature-layout.js';
import { KeptFeatures } from './kept-features.js';
import { ShardFiles } from './shard-files.js';

export interface ExtractOptions {
  /**
   * Where features are kept between runs, under a key of weights, architecture, data and engine. Default: not kept.
   */
  readonly store?: Store | undefined;
  /**
   * Most bytes of features to hold in memory; default 1 GiB. More than that stay in the store, and each batch reads its
   * own examples from there; without a store they are refused.
   */
  readonly memoryLimit?: number;
  /** Whether features that fit in memory go to the store as well, so that another run finds them; default true. */
  readonly keepSmall?: boolean;
  /** Examples a forward pass; default 128. */
  readonly batchSize?: number;
  /** Batches that are read and decoded while the trunk works on one; default 1. */
  readonly readAhead?: number;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

const MEMORY_LIMIT = 2 ** 30;

/**
 * Run a frozen trunk over a dataset once, in inference mode. The result is a dataset like any other: its inputs are the
 * trunk's outputs, its targets and order those of `dataset`.
 *
 * The data stream through: while the trunk works on a batch the next one is read, and features leave for the store in
 * shards of at most 32 MiB. So with a store, data and features may both be larger than memory. Beside the features
 * that are held (`memoryLimit`) it takes a few batches and shards.
 *
 * With a store, finished shards are kept under a manifest with their sha256: an extraction that was cancelled or broke
 * off goes on where it stopped, and shards that are missing or damaged are computed again. Several processes may
 * extract to one store at once.
 *
 * @param trunk inputs must fit the dataset's; outputs [B, ...shape]. A trunk that TensorFlow.js does not run, such as an ONNX
 *   file, will do
 * @throws GraftError `bad-input` when the dataset is empty, does not fit, its features are too large to be held, or one is
 *   NaN or infinite (naming the example); `cancelled`; `storage` when the store cannot be written. `batch` of the result
 *   throws `corrupt` or `not-found` when a shard that it reads was damaged or removed meanwhile
 *
 * @example
 * ```ts
 * import * as layers from '@tensorflow/tfjs-layers';
 * import { networkOf } from '@graft-ml/core';
 * import { fileStore } from '@graft-ml/core/node';
 * import { extractFeatures } from '@graft-ml/datasets/features';
 * import { sketches } from '@graft-ml/datasets/sketches';
 * const trunk = layers.sequential({ layers: [layers.layers.flatten({ inputShape: [28, 28, 1] })] });
 * const { target } = sketches(0, { sourceTrain: 0, sourceTest: 0, targetTrain: 20, targetTest: 0 });
 * const inMemory = await extractFeatures(networkOf(trunk), target.train);
 * console.log(inMemory.inputShapes); // [[784]]
 * const store = fileStore('features-cache');
 * const onDisk = await extractFeatures(networkOf(trunk), target.train, { store, memoryLimit: 0 });
 * console.log((await onDisk.batch([7, 3])).inputs[0]?.shape); // [2, 784]
 * ```
 */
export async function extractFeatures(
  trunk: Network | ForeignTrunk,
  dataset: Dataset,
  options: ExtractOptions = {},
): Promise<Dataset> {
  const { batchSize = 128, readAhead = 1, memoryLimit = MEMORY_LIMIT, keepSmall = true, signal } = options;
  checkCount('The batch size', batchSize, 1);
  checkCount('readAhead', readAhead, 0);
  checkCount('memoryLimit', memoryLimit, 0);
  if (dataset.size === 0) {
    throw new GraftError({ code: 'bad-input', what: `The data set "${dataset.name}" has no examples.` });
  }
  const { name, size, target } = dataset;
  const shapes = await outputShapes(trunk, dataset);
  const bytes = size * rowBytes({ shapes, target });
  const inMemory = bytes <= memoryLimit;
  const store = inMemory && !keepSmall ? undefined : options.store;
  if (!inMemory && store === undefined) throw tooLarge(name, bytes, memoryLimit);
  const key = await featureKey(trunk, await dataset.fingerprint());
  const layout = layoutOf({ key, size, shapes, target, name });
  const files = new ShardFiles(layout, store);
  const features = new KeptFeatures(layout, inMemory);
  await files.open();
  const missing = await takeFinished(files, features, layout, { ...options, name });
  let done = size - missing.reduce((sum, shard) => sum + shardRows(layout, shard), 0);
  if (missing.length > 0) {
    const report = progressReporter(options.onProgress, {
      task: `extracting features of ${name}`,
      unit: 'examples',
      total: size,
    });
    report(done);
    try {
      await computeFeatures(
        { trunk, dataset, layout, shards: missing, batchSize, ahead: readAhead, signal },
        {
          begin: (shard) => files.buffer(shard),
          async end(shard, filled) {
            features.take(shard, filled);
            await files.write(shard, filled);
          },
          advance(examples) {
            done += examples;
            report(done);
          },
        },
      );
      await files.flush();
    } catch (thrown) {
      // What is being written is finished first: nothing goes on behind the caller's back.
      await files.flush().catch(() => undefined);
      throw isCancelled(thrown) ? cancelled(name, done, size, store, thrown) : thrown;
    }
  }
  const about = { name: `${name} (features)`, fingerprint: () => derivedFingerprint('features', key) };
  return features.dataset(about, store);
}

/** @returns the shards that are not finished; those that are go to `features` */
async function takeFinished(
  files: ShardFiles,
  features: KeptFeatures,
  layout: FeatureLayout,
  { onProgress, signal, name }: Pick<ExtractOptions, 'onProgress' | 'signal'> & { readonly name: string },
): Promise<number[]> {
  const missing: number[] = [];
  const report = progressReporter(onProgress, {
    task: `checking stored features of ${name}`,
    unit: 'examples',
    total: layout.size,
  });
  for (let shard = 0; shard < shardCount(layout); shard++) {
    throwIfCancelled(signal, `checking the stored features of "${name}"`);
    const finished = await files.read(shard);
    if (finished === undefined) {
      missing.push(shard);
      continue;
    }
    features.take(shard, finished);
    report(shard * layout.rowsPerShard + shardRows(layout, shard));
  }
  return missing;
}

function tooLarge(name: string, bytes: number, limit: number): GraftError {
  return new GraftError({
    code: 'bad-input',
    what: `The features of "${name}" take ${bytes} bytes, and no store was given.`,
    expected: `At most ${limit} are held in memory (memoryLimit).`,
    remedy: 'Pass a store, which may hold more than memory; or cut later, or pool the features first.',
  });
}

function isCancelled(thrown: unknown): boolean {
  return thrown instanceof GraftError && thrown.code === 'cancelled';
}

function cancelled(name: string, done: number, size: number, store: Store | undefined, cause: unknown): GraftError {
  return new GraftError({
    code: 'cancelled',
    what: `Cancelled while extracting features of "${name}", after ${done} of ${size} examples.`,
    ...(store === undefined
      ? {}
      : { remedy: `What was finished is kept in ${store.location}: run the same again to go on from there.` }),
    cause,
  });
}

/** One example's shapes; asked of the trunk itself where its description leaves a dimension open. */
async function outputShapes(trunk: Network | ForeignTrunk, dataset: Dataset): Promise<number[][]> {
  if (!('nodes' in trunk)) return trunk.outputShapes.map((shape) => [...shape]);
  const declared = trunk.outputs.map((slot) => slotInfo(trunk, slot).shape.slice(1));
  const fixed = declared.map((shape) => shape.filter((size) => size !== null));
  if (fixed.every((shape, at) => shape.length === declared[at]?.length)) return fixed;
  const batch = await dataset.batch([0]);
  try {
    return predict(trunk, batch.inputs).map((feature) => {
      const shape = feature.shape.slice(1);
      feature.dispose();
      return shape;
    });
  } finally {
    disposeBatch(batch);
  }
}
