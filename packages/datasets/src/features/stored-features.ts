import * as tf from '@tensorflow/tfjs-core';
import { GraftError, type ByteRange, type Store } from '@graft-ml/core';
import type { Batch, Dataset } from '../dataset.js';
import { checkIndices, targetWidth, volume } from '../internal/checks.js';
import { shardFormat, shardName, shardRows, type FeatureLayout } from './feature-layout.js';

/** Files that a batch has open together: reading them one by one waits longer, all of them may be more than allowed. */
const SHARDS_AT_ONCE = 16;

/**
 * A dataset whose features stay in the store's shards: a batch reads the bytes of its own examples and no others.
 *
 * The shards were checked when the dataset was made; one that is removed or cut short afterwards makes `batch` throw
 * `corrupt` or `not-found`.
 */
export function storedFeatures(
  about: Pick<Dataset, 'name' | 'fingerprint' | 'classes'>,
  layout: FeatureLayout,
  store: Store,
): Dataset {
  const { size, shapes, target, rowsPerShard } = layout;
  const headerBytes = new Map<number, number>();
  const headerOf = (rows: number): number => {
    const bytes = headerBytes.get(rows) ?? shardFormat(layout, rows).header.byteLength;
    headerBytes.set(rows, bytes);
    return bytes;
  };
  // Targets are one more column: of classes, all are in memory already.
  const columns = shapes.map(volume);
  const { classes } = about;
  if (classes === undefined) columns.push(targetWidth(target));

  /** Where a column begins in a shard's file. */
  const columnBegin = (rows: number, column: number): number =>
    headerOf(rows) + 4 * rows * columns.slice(0, column).reduce((sum, width) => sum + width, 0);

  const readShard = async (shard: number, wanted: readonly Wanted[], into: readonly Float32Array[]): Promise<void> => {
    const rows = shardRows(layout, shard);
    const runs = runsOf(wanted);
    const ranges: ByteRange[] = columns.flatMap((width, column) =>
      runs.map(({ row, count }) => {
        const begin = columnBegin(rows, column) + 4 * row * width;
        return { begin, end: begin + 4 * count * width };
      }),
    );
    const parts = await readRanges(store, shardName(layout, shard), ranges);
    for (const [column, width] of columns.entries()) {
      const bytes = into[column];
      if (bytes === undefined) continue;
      const to = new Uint8Array(bytes.buffer);
      for (const [at, { positions }] of runs.entries()) {
        const part = parts[column * runs.length + at];
        if (part === undefined) continue;
        for (const [row, places] of positions.entries()) {
          const values = part.subarray(4 * row * width, 4 * (row + 1) * width);
          for (const place of places) to.set(values, 4 * place * width);
        }
      }
    }
  };

  return {
    ...about,
    size,
    inputShapes: shapes,
    target,
    async batch(indices): Promise<Batch> {
      const rows = checkIndices(about.name, size, indices);
      const values = columns.map((width) => new Float32Array(rows.length * width));
      const byShard = new Map<number, Wanted[]>();
      for (const [place, index] of rows.entries()) {
        const shard = Math.floor(index / rowsPerShard);
        const wanted = byShard.get(shard) ?? [];
        wanted.push({ place, row: index - shard * rowsPerShard });
        byShard.set(shard, wanted);
      }
      const reads = [...byShard];
      for (let at = 0; at < reads.length; at += SHARDS_AT_ONCE) {
        const some = reads.slice(at, at + SHARDS_AT_ONCE);
        await Promise.all(some.map(([shard, wanted]) => readShard(shard, wanted, values)));
      }
      const inputs = shapes.map((shape, at) => tf.tensor(values[at] ?? [], [rows.length, ...shape], 'float32'));
      const targets =
        classes === undefined
          ? tf.tensor2d(values.at(-1) ?? [], [rows.length, targetWidth(target)], 'float32')
          : tf.tensor1d(
              rows.map((row) => classes[row] ?? 0),
              'int32',
            );
      return { inputs, targets, indices: rows };
    },
  };
}

/** An example of a shard, and its place in the batch. */
interface Wanted {
  readonly place: number;
  readonly row: number;
}

/** Rows of a shard that follow one another, which one read brings. */
interface Run {
  readonly row: number;
  readonly count: number;
  /** For each of the rows, where in the batch it goes: several places when an example is asked for more than once. */
  readonly positions: readonly (readonly number[])[];
}

function runsOf(wanted: readonly Wanted[]): Run[] {
  const sorted = wanted.toSorted((a, b) => a.row - b.row);
  const runs: { row: number; count: number; positions: number[][] }[] = [];
  for (const { place, row } of sorted) {
    const run = runs.at(-1);
    if (run !== undefined && row === run.row + run.count - 1) {
      run.positions.at(-1)?.push(place);
    } else if (run !== undefined && row === run.row + run.count) {
      run.positions.push([place]);
      run.count += 1;
    } else {
      runs.push({ row, count: 1, positions: [[place]] });
    }
  }
  return runs;
}

async function readRanges(store: Store, name: string, ranges: readonly ByteRange[]): Promise<Uint8Array[]> {
  try {
    return await store.readRanges(name, ranges);
  } catch (thrown) {
    if (!(thrown instanceof GraftError) || (thrown.code !== 'corrupt' && thrown.code !== 'not-found')) throw thrown;
    throw new GraftError({
      code: thrown.code,
      what: `Stored features are damaged: ${thrown.what}`,
      expected: `${store.location}/${name} as it was when the features were extracted was expected.`,
      remedy: 'Extract the features again: only what is damaged is computed again.',
      cause: thrown,
    });
  }
}
