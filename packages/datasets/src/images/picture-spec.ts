import { GraftError } from '@graft-ml/core';
import { checkCount } from '../internal/checks.js';

/** What every picture of a data set becomes: upright, 8-bit, of one size. */
export interface PictureSpec {
  /** Pixels. */
  readonly height: number;
  readonly width: number;
  /** 1: greyscale; 3: RGB. */
  readonly channels: 1 | 3;
  /** How another aspect ratio is met: cut at the edges (`cover`, default), padded with black (`contain`), or stretched. */
  readonly fit?: 'cover' | 'contain' | 'fill';
}

/** Bigger pictures are refused before they are decoded: 64 megapixels. */
export const MAX_PIXELS: number = 2 ** 26;

/** One decoded picture's size in bytes. @throws GraftError `bad-input` for a size that is no size */
export function pictureBytes({ height, width, channels }: PictureSpec): number {
  checkCount('The height', height, 1);
  checkCount('The width', width, 1);
  if (height * width > MAX_PIXELS) {
    throw new GraftError({
      code: 'bad-input',
      what: `Pictures of ${height} × ${width} pixels were asked for.`,
      expected: `At most ${MAX_PIXELS} pixels were expected.`,
    });
  }
  return height * width * channels;
}
