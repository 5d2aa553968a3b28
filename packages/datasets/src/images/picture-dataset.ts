import * as tf from '@tensorflow/tfjs-core';
import { GraftError, pixelMapper, type PixelScale, type TargetSpec } from '@graft-ml/core';
import { gatherTargets } from '../array-dataset.js';
import type { Dataset } from '../dataset.js';
import { checkIndices, targetWidth } from '../internal/checks.js';
import { once } from '../internal/hash-array.js';
import { inParallel } from '../internal/in-parallel.js';
import { pictureBytes, type PictureSpec } from './picture-spec.js';

/** Bytes are scaled as `range` (default [0, 1]), `mean`, `std` and `order` say. */
export interface PictureDatasetOptions extends Partial<PixelScale> {
  readonly name: string;
  readonly spec: PictureSpec;
  /** classes: int32 [N]; multi-label: float32 [N × labels]; values: float32 [N × values]. */
  readonly targets: Int32Array | Float32Array;
  readonly target: TargetSpec;
  /** One picture as [height, width, channels] bytes, row by row. What it throws, the batch throws. */
  readonly decode: (index: number) => Promise<Uint8Array>;
  /** How many pictures are decoded at a time; default 4. */
  readonly concurrency?: number;
  readonly fingerprint: () => Promise<string>;
}

/**
 * A dataset of pictures that are decoded when a batch is gathered, a few at a time: only that batch's pixels are in
 * memory. Inputs [B, height, width, channels] float32, scaled.
 *
 * @throws GraftError `bad-input` when the targets do not fit
 *
 * @example
 * ```ts
 * import { pictureDataset } from '@graft-ml/datasets/images';
 * const grey = pictureDataset({
 *   name: 'grey',
 *   spec: { height: 2, width: 2, channels: 1 },
 *   targets: Int32Array.of(0, 1),
 *   target: { kind: 'classes', labels: ['dark', 'light'] },
 *   decode: async (index) => new Uint8Array(4).fill(255 * index),
 *   fingerprint: async () => 'grey',
 * });
 * console.log((await grey.batch([1])).inputs[0]?.shape); // [1, 2, 2, 1]
 * ```
 */
export function pictureDataset(options: PictureDatasetOptions): Dataset {
  const { name, spec, targets, target, concurrency = 4 } = options;
  const bytes = pictureBytes(spec);
  const width = targetWidth(target);
  const size = targets.length / width;
  const areClasses = target.kind === 'classes';
  if (!Number.isInteger(size) || areClasses !== targets instanceof Int32Array) {
    throw new GraftError({
      code: 'bad-input',
      what: `The targets of "${name}" are ${targets.length} numbers of the kind "${target.kind}".`,
      expected: areClasses ? 'An Int32Array was expected.' : `A Float32Array of ${width} for each was expected.`,
    });
  }
  const shape = [spec.height, spec.width, spec.channels];
  const map = pixelMapper(options, spec.channels);
  return {
    name,
    size,
    inputShapes: [shape],
    target,
    ...(targets instanceof Int32Array ? { classes: targets } : {}),
    fingerprint: once(options.fingerprint),
    async batch(indices) {
      const rows = checkIndices(name, size, indices);
      const values = new Float32Array(rows.length * bytes);
      await inParallel([...rows], concurrency, async (row, at) => {
        const pixels = await options.decode(row);
        if (pixels.length !== bytes) {
          throw new GraftError({
            code: 'internal',
            what: `Example ${row} of "${name}" was decoded to ${pixels.length} bytes.`,
            expected: `${bytes} were expected.`,
          });
        }
        map(pixels, values, at * bytes);
      });
      return {
        inputs: [tf.tensor(values, [rows.length, ...shape], 'float32')],
        targets: gatherTargets(targets, rows, width, areClasses),
        indices: rows,
      };
    },
  };
}
