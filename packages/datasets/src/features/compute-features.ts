import { GraftError, predict, withScope, yieldToEventLoop, type ForeignTrunk, type Network } from '@graft-ml/core';
import { readAhead } from '../batches.js';
import { disposeBatch, type Batch, type Dataset } from '../dataset.js';
import { firstNotFinite, targetWidth, volume } from '../internal/checks.js';
import { shardRows, type FeatureLayout, type Shard } from './feature-layout.js';

export interface ComputePlan {
  readonly trunk: Network | ForeignTrunk;
  readonly dataset: Dataset;
  readonly layout: FeatureLayout;
  /** Which shards to compute. */
  readonly shards: readonly number[];
  readonly batchSize: number;
  /** Batches that are read while the trunk works on one. */
  readonly ahead: number;
  readonly signal: AbortSignal | undefined;
}

/** Takes what is computed. */
export interface ShardSink {
  /** Where to put a shard's features. */
  begin(shard: number): Shard;
  /** A shard is full. */
  end(shard: number, filled: Shard): Promise<void>;
  /** So many more examples are done. */
  advance(examples: number): void;
}

/**
 * Map the examples of some shards through the trunk, batch by batch. A batch never spans two shards, so that a shard is
 * the same whichever others are computed with it.
 *
 * At most `ahead` + 1 batches and one batch's features exist at a time.
 */
export async function computeFeatures(plan: ComputePlan, sink: ShardSink): Promise<void> {
  const { dataset, layout, ahead, signal } = plan;
  const pieces = piecesOf(plan);
  const start = (at: number): Promise<Batch> => {
    const { shard = 0, row = 0, count = 0 } = pieces[at] ?? {};
    const first = shard * layout.rowsPerShard + row;
    return dataset.batch(Int32Array.from({ length: count }, (_, each) => first + each));
  };
  const batches = readAhead(start, pieces.length, ahead, dataset.name, signal)[Symbol.asyncIterator]();
  try {
    let filling: Shard | undefined;
    for (const { shard, row, count } of pieces) {
      const next = await batches.next();
      if (next.done === true) break;
      filling ??= sink.begin(shard);
      try {
        await fill(plan, next.value, filling, row);
      } finally {
        disposeBatch(next.value);
      }
      if (row + count === shardRows(layout, shard)) {
        await sink.end(shard, filling);
        filling = undefined;
      }
      sink.advance(count);
      await yieldToEventLoop();
    }
  } finally {
    await batches.return(undefined);
  }
}

/** Some consecutive examples of one shard. */
interface Piece {
  readonly shard: number;
  /** The first one, counted from the shard's beginning. */
  readonly row: number;
  readonly count: number;
}

function piecesOf({ layout, shards, batchSize }: ComputePlan): Piece[] {
  return shards.flatMap((shard) => {
    const rows = shardRows(layout, shard);
    return Array.from({ length: Math.ceil(rows / batchSize) }, (_, at) => {
      const row = at * batchSize;
      return { shard, row, count: Math.min(batchSize, rows - row) };
    });
  });
}

/** Map one batch, and copy its features and targets to where they belong. */
async function fill({ trunk, dataset, layout }: ComputePlan, batch: Batch, shard: Shard, row: number): Promise<void> {
  await withScope(async (scope) => {
    const outputs = 'nodes' in trunk ? predict(trunk, batch.inputs) : await trunk.features(batch.inputs);
    const features = outputs.map((each) => scope.own(each));
    for (const [at, feature] of features.entries()) {
      const width = volume(layout.shapes[at] ?? []);
      const data = await feature.data();
      const values = data instanceof Float32Array ? data : Float32Array.from(data);
      const wrong = firstNotFinite(values);
      if (wrong >= 0) throw notFinite(dataset, batch.indices[Math.floor(wrong / width)] ?? 0, values[wrong] ?? NaN);
      shard.outputs[at]?.set(values, row * width);
    }
  });
  shard.targets.set(await batch.targets.data(), row * targetWidth(dataset.target));
}

function notFinite(dataset: Dataset, example: number, value: number): GraftError {
  return new GraftError({
    code: 'bad-input',
    what: `The trunk gives ${value} for example ${example} of "${dataset.name}".`,
    expected: 'Finite features were expected.',
    remedy: 'Check the example with checkFinite, and the trunk’s weights.',
  });
}
