import * as tf from '@tensorflow/tfjs-core';
import type Sharp from 'sharp';
import { GraftError, messageOf } from '@graft-ml/core';
import { checkCount } from '../internal/checks.js';
import { fileSize } from '@graft-ml/core/node';

export interface ReadImageOptions {
  readonly height: number;
  readonly width: number;
  /** 1: greyscale; 3: RGB. */
  readonly channels: 1 | 3;
  /** What bytes 0…255 become, [low, high]; default [0, 1]. */
  readonly range?: readonly [number, number];
  /** How another aspect ratio is met: cut at the edges (`cover`, default), padded with black (`contain`), or stretched. */
  readonly fit?: 'cover' | 'contain' | 'fill';
}

/** Bigger pictures are refused before they are decoded: 64 megapixels. */
const MAX_PIXELS = 2 ** 26;

/**
 * Read a picture file (JPEG, PNG, WebP, GIF, AVIF, TIFF, SVG) as a model's input: turned upright as its EXIF data say,
 * transparent parts black, resized, float32 [1, height, width, channels] in `range`. The caller disposes it.
 *
 * Needs the package `sharp`, which is imported on the first call.
 *
 * @throws GraftError `not-found` when there is no such file, `corrupt` when it cannot be decoded, `unavailable` when
 *   sharp is not installed
 */
export async function readImage(path: string, options: ReadImageOptions): Promise<tf.Tensor4D> {
  const { height, width, channels, fit = 'cover', range: [low, high] = [0, 1] } = options;
  checkCount('The height', height, 1);
  checkCount('The width', width, 1);
  if ((await fileSize(path)) === undefined) {
    throw new GraftError({ code: 'not-found', what: `There is no picture file ${path}.`, remedy: 'Check the path.' });
  }
  const sharp = await importSharp();
  let pixels: Uint8Array;
  let found: number;
  try {
    const upright = sharp(path, { failOn: 'error', limitInputPixels: MAX_PIXELS }).rotate();
    const decoded = await upright
      .flatten({ background: '#000' })
      .resize({ height, width, fit, background: '#000' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    pixels = decoded.data;
    found = decoded.info.channels;
  } catch (cause) {
    throw new GraftError({
      code: 'corrupt',
      what: `${path} cannot be read as a picture: ${messageOf(cause)}.`,
      expected: `A JPEG, PNG, WebP, GIF, AVIF, TIFF or SVG of at most ${MAX_PIXELS} pixels was expected.`,
      cause,
    });
  }
  const values = new Float32Array(height * width * channels);
  if (found < channels || pixels.length !== height * width * found) {
    throw new GraftError({ code: 'internal', what: `${path} gave ${pixels.length} bytes in ${found} channels.` });
  }
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      values[pixel * channels + channel] = low + ((high - low) * (pixels[pixel * found + channel] ?? 0)) / 255;
    }
  }
  return tf.tensor4d(values, [1, height, width, channels]);
}

async function importSharp(): Promise<typeof Sharp> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new GraftError({
      code: 'unavailable',
      what: `Reading pictures needs the package sharp, which could not be imported: ${messageOf(cause)}.`,
      remedy: 'Install it: npm install sharp@0.35.5.',
      cause,
    });
  }
}
