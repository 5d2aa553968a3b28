import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { GraftError, messageOf, pixelMapper, type PixelScale } from '@graft-ml/core';
import { fileSize } from '@graft-ml/core/node';
import { pictureBytes, type PictureSpec } from '../images/picture-spec.js';
import { decodePicture } from './pictures/decode-picture.js';

/** Bytes are scaled as `range` (default [0, 1]), `mean`, `std` and `order` say. */
export interface ReadImageOptions extends PictureSpec, Partial<PixelScale> {}

/** Files larger than this are refused before they are read. */
const MAX_FILE_BYTES = 2 ** 28;

/**
 * Read a picture file (JPEG, PNG, WebP, GIF, AVIF, TIFF, SVG) as a model's input: turned upright as its EXIF data say,
 * transparent parts black, resized, float32 [1, height, width, channels], scaled. The caller disposes it.
 *
 * Needs the package `sharp`, which is imported on the first call.
 *
 * @throws GraftError `not-found` when there is no such file, `corrupt` when it cannot be decoded, `unavailable` when
 *   sharp is not installed
 */
export async function readImage(path: string, options: ReadImageOptions): Promise<tf.Tensor4D> {
  const { height, width, channels } = options;
  const values = new Float32Array(pictureBytes(options));
  const pixels = await decodePicture(await readPictureFile(path), options, path);
  pixelMapper(options, channels)(pixels, values);
  return tf.tensor4d(values, [1, height, width, channels]);
}

/** The bytes of a picture file. @throws GraftError `not-found`, or `corrupt` for one too large to be a picture */
export async function readPictureFile(path: string): Promise<Uint8Array> {
  const size = await fileSize(path);
  if (size === undefined) {
    throw new GraftError({ code: 'not-found', what: `There is no picture file ${path}.`, remedy: 'Check the path.' });
  }
  if (size > MAX_FILE_BYTES) {
    throw new GraftError({
      code: 'corrupt',
      what: `${path} has ${size} bytes.`,
      expected: `A picture of at most ${MAX_FILE_BYTES} bytes was expected.`,
    });
  }
  try {
    return await readFile(path);
  } catch (cause) {
    throw new GraftError({ code: 'not-found', what: `${path} could not be read: ${messageOf(cause)}.`, cause });
  }
}
