import { encodeSafetensors, GraftError, type NamedArray, type TargetSpec } from '@graft-ml/core';
import { targetWidth, volume } from '../internal/checks.js';

/** How the features of a dataset are divided into files: shards of consecutive examples. */
export interface FeatureLayout {
  /** What the features are a function of (`featureKey`). */
  readonly key: string;
  /** Number of examples. */
  readonly size: number;
  /** One example's features, one shape for each output of the trunk. */
  readonly shapes: readonly (readonly number[])[];
  readonly target: TargetSpec;
  /** Examples a shard; the last one may have fewer. */
  readonly rowsPerShard: number;
}

/** Most bytes of a shard, unless a single example has more. */
const SHARD_BYTES = 2 ** 25;
/** Work is kept shard by shard, so a dataset has about this many at least: an interruption costs one of them. */
const LEAST_SHARDS = 16;
/** … but none of fewer examples than this, so that small data sets are not scattered over many files. */
const LEAST_ROWS = 256;
const MAX_EXAMPLE_BYTES = 2 ** 28;

/** @throws GraftError `bad-input` when one example's features are absurdly large */
export function layoutOf(about: Omit<FeatureLayout, 'rowsPerShard'> & { readonly name: string }): FeatureLayout {
  const { key, size, shapes, target, name } = about;
  const bytes = rowBytes({ shapes, target });
  if (bytes > MAX_EXAMPLE_BYTES) {
    throw new GraftError({
      code: 'bad-input',
      what: `The features of one example of "${name}" take ${bytes} bytes.`,
      expected: `At most ${MAX_EXAMPLE_BYTES} were expected.`,
      remedy: 'Cut later, or pool the features first.',
    });
  }
  const most = Math.max(1, Math.floor(SHARD_BYTES / bytes));
  const rowsPerShard = Math.min(most, Math.max(LEAST_ROWS, Math.ceil(size / LEAST_SHARDS)));
  return { key, size, shapes, target, rowsPerShard };
}

/** Bytes of one example's features and target. */
export function rowBytes({ shapes, target }: Pick<FeatureLayout, 'shapes' | 'target'>): number {
  return 4 * (shapes.reduce((sum, shape) => sum + volume(shape), 0) + targetWidth(target));
}

export function shardCount({ size, rowsPerShard }: FeatureLayout): number {
  return Math.ceil(size / rowsPerShard);
}

/** Number of examples in a shard. */
export function shardRows({ size, rowsPerShard }: FeatureLayout, shard: number): number {
  return Math.min(rowsPerShard, size - shard * rowsPerShard);
}

export function shardName(layout: FeatureLayout, shard: number): string {
  const begin = shard * layout.rowsPerShard;
  return `features/${layout.key}/${begin}-${begin + shardRows(layout, shard)}.safetensors`;
}

/** A shard's file and, as views on its bytes, what it holds: each output [rows × shape], and the targets. */
export interface Shard {
  readonly bytes: Uint8Array;
  readonly outputs: readonly Float32Array[];
  readonly targets: Int32Array | Float32Array;
}

/**
 * Where things are in the file of a shard of `rows` examples. Its header is a function of the layout, so that of two
 * files of the same layout only the data differ.
 */
export interface ShardFormat {
  /** What a file begins with; the outputs follow one after another, then the targets. */
  readonly header: Uint8Array;
  /** A whole file's length. */
  readonly byteLength: number;
}

export function shardFormat(layout: FeatureLayout, rows: number): ShardFormat {
  const { shapes, target, key } = layout;
  const arrays = new Map<string, NamedArray>(
    shapes.map((shape, at) => [
      `output${at}`,
      { shape: [rows, ...shape], data: new Float32Array(rows * volume(shape)) },
    ]),
  );
  const numbers = rows * targetWidth(target);
  const targets = target.kind === 'classes' ? new Int32Array(numbers) : new Float32Array(numbers);
  arrays.set('targets', { shape: [numbers], data: targets });
  const file = encodeSafetensors(arrays, { key });
  const { byteLength } = file;
  return { header: file.slice(0, byteLength - rows * rowBytes(layout)), byteLength };
}

/** See a shard in the bytes of its file; undefined when they have another length or header. */
export function viewShard(
  layout: FeatureLayout,
  rows: number,
  format: ShardFormat,
  file: Uint8Array,
): Shard | undefined {
  const { header, byteLength } = format;
  if (file.byteLength !== byteLength || header.some((byte, at) => byte !== file[at])) return undefined;
  // Arrays of 4-byte numbers begin at multiples of 4; a file read into the middle of a buffer may not.
  const bytes = file.byteOffset % 4 === 0 ? file : file.slice();
  const { buffer } = bytes;
  let at = bytes.byteOffset + header.byteLength;
  const outputs = layout.shapes.map((shape) => {
    const output = new Float32Array(buffer, at, rows * volume(shape));
    at += output.byteLength;
    return output;
  });
  const numbers = rows * targetWidth(layout.target);
  const targets =
    layout.target.kind === 'classes' ? new Int32Array(buffer, at, numbers) : new Float32Array(buffer, at, numbers);
  return { bytes, outputs, targets };
}
