import {
  GraftError,
  predict,
  progressReporter,
  slotInfo,
  throwIfCancelled,
  withScope,
  yieldToEventLoop,
  type Network,
  type OnProgress,
  type Store,
} from '@graft-ml/core';
import { arrayDataset } from '../array-dataset.js';
import { disposeBatch, type Dataset } from '../dataset.js';
import { checkCount, firstNotFinite, targetWidth, volume } from '../internal/checks.js';
import { derivedFingerprint } from '../internal/hash-array.js';
import { featureKey } from './feature-key.js';
import { readShard, writeShard, type FeatureShard, type ShardPlan } from './feature-shard.js';

export interface ExtractOptions {
  /** Where features are kept between runs, under a key of weights, architecture, data and engine. Default: not kept. */
  readonly store?: Store | undefined;
  /** Examples a forward pass; default 128. */
  readonly batchSize?: number;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** About how many bytes of features a file of the store holds. */
const SHARD_BYTES = 2 ** 25;
/** More features than this are refused before anything is allocated. */
const MAX_BYTES = 2 ** 32;

/**
 * Run a frozen trunk over a dataset once, in inference mode. The result is a dataset like any other, held in memory:
 * its inputs are the trunk's outputs, its targets and order those of `dataset`.
 *
 * With a store, finished parts are kept, so a cancelled extraction goes on where it stopped; entries that are damaged
 * are computed again.
 *
 * @param trunk inputs must fit the dataset's; outputs [B, ...shape]
 * @throws GraftError `bad-input` when the dataset is empty, does not fit, or a feature is NaN or infinite (naming the
 *   example), `cancelled`, or `storage` when the store cannot be written
 *
 * @example
 * ```ts
 * import * as layers from '@tensorflow/tfjs-layers';
 * import { networkOf } from '@graft-ml/core';
 * import { extractFeatures } from '@graft-ml/datasets';
 * import { sketches } from '@graft-ml/datasets/sketches';
 * const trunk = layers.sequential({ layers: [layers.layers.flatten({ inputShape: [28, 28, 1] })] });
 * const { target } = sketches(0, { sourceTrain: 0, sourceTest: 0, targetTrain: 20, targetTest: 0 });
 * const features = await extractFeatures(networkOf(trunk), target.train);
 * console.log(features.inputShapes); // [[784]]
 * ```
 */
export async function extractFeatures(
  trunk: Network,
  dataset: Dataset,
  options: ExtractOptions = {},
): Promise<Dataset> {
  const { store, batchSize = 128, signal } = options;
  checkCount('The batch size', batchSize, 1);
  if (dataset.size === 0) {
    throw new GraftError({ code: 'bad-input', what: `The data set "${dataset.name}" has no examples.` });
  }
  const shapes = await outputShapes(trunk, dataset);
  const perExample = shapes.reduce((sum, shape) => sum + volume(shape), 0);
  const bytes = 4 * perExample * dataset.size;
  if (bytes > MAX_BYTES) {
    throw new GraftError({
      code: 'bad-input',
      what: `The features of "${dataset.name}" would take ${bytes} bytes (${dataset.size} × ${perExample} numbers).`,
      expected: `At most ${MAX_BYTES} fit.`,
      remedy: 'Cut later, or pool the features first.',
    });
  }
  const width = targetWidth(dataset.target);
  const outputs = shapes.map((shape) => new Float32Array(dataset.size * volume(shape)));
  const targets =
    dataset.target.kind === 'classes' ? new Int32Array(dataset.size) : new Float32Array(dataset.size * width);
  const key = await featureKey(trunk, await dataset.fingerprint());
  const report = progressReporter(options.onProgress, {
    task: `extracting features of ${dataset.name}`,
    unit: 'examples',
    total: dataset.size,
  });
  const rowsPerShard = Math.max(1, Math.floor(SHARD_BYTES / (4 * perExample + 4 * width)));
  for (let begin = 0; begin < dataset.size; begin += rowsPerShard) {
    const rows = Math.min(rowsPerShard, dataset.size - begin);
    const plan: ShardPlan = {
      key,
      begin,
      rows,
      shapes,
      targetNumbers: rows * width,
      targetsAreClasses: dataset.target.kind === 'classes',
    };
    throwIfCancelled(signal, `extracting features of "${dataset.name}"`);
    const shard: FeatureShard = {
      outputs: outputs.map((output, at) => {
        const length = volume(shapes[at] ?? []);
        return output.subarray(begin * length, (begin + rows) * length);
      }),
      targets: targets.subarray(begin * width, (begin + rows) * width),
    };
    const known = store === undefined ? undefined : await readShard(store, plan);
    if (known === undefined) {
      await compute(trunk, dataset, begin, batchSize, shard, (done) => report(begin + done), signal);
      if (store !== undefined) await writeShard(store, plan, shard);
    } else {
      for (const [at, output] of known.outputs.entries()) shard.outputs[at]?.set(output);
      shard.targets.set(known.targets);
    }
    report(begin + rows);
  }
  return arrayDataset({
    name: `${dataset.name} (features)`,
    inputs: shapes.map((shape, at) => ({ data: outputs[at] ?? new Float32Array(0), shape })),
    targets,
    target: dataset.target,
    fingerprint: () => derivedFingerprint('features', key),
  });
}

/** Fill a shard, whose arrays are views on the result, batch by batch. */
async function compute(
  trunk: Network,
  dataset: Dataset,
  begin: number,
  batchSize: number,
  shard: FeatureShard,
  done: (rows: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const rows = shard.targets.length / targetWidth(dataset.target);
  for (let from = 0; from < rows; from += batchSize) {
    throwIfCancelled(signal, `extracting features of "${dataset.name}"`);
    const count = Math.min(batchSize, rows - from);
    const batch = await dataset.batch(Int32Array.from({ length: count }, (_, at) => begin + from + at));
    try {
      await withScope(async (scope) => {
        const features = predict(trunk, batch.inputs).map((each) => scope.own(each));
        for (const [at, feature] of features.entries()) {
          const output = shard.outputs[at];
          const width = (output?.length ?? 0) / rows;
          const data = await feature.data();
          const values = data instanceof Float32Array ? data : Float32Array.from(data);
          const wrong = firstNotFinite(values);
          if (wrong >= 0) throw notFinite(dataset, begin + from + Math.floor(wrong / width), values[wrong] ?? NaN);
          output?.set(values, from * width);
        }
      });
      shard.targets.set(await batch.targets.data(), from * targetWidth(dataset.target));
    } finally {
      disposeBatch(batch);
    }
    done(from + count);
    await yieldToEventLoop();
  }
}

function notFinite(dataset: Dataset, example: number, value: number): GraftError {
  return new GraftError({
    code: 'bad-input',
    what: `The trunk gives ${value} for example ${example} of "${dataset.name}".`,
    expected: 'Finite features were expected.',
    remedy: 'Check the example with checkFinite, and the trunk’s weights.',
  });
}

/** One example's shapes; asked of the trunk itself where its description leaves a dimension open. */
async function outputShapes(trunk: Network, dataset: Dataset): Promise<number[][]> {
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
