import { GraftError } from '@graft-ml/core';
import { notAPicture } from './picture-problem.js';
import { resampleCover } from './resample.js';

/** What a backbone wants a picture to be. */
export interface PixelSpec {
  readonly height: number;
  readonly width: number;
  /** 1: greyscale, 3: RGB. */
  readonly channels: 1 | 3;
}

/** Bigger pictures are refused: their pixels alone would take a quarter of a gigabyte. */
const MOST_PIXELS = 2 ** 26;

/** Decode a file, turned upright as its EXIF data say. The caller closes the bitmap. @throws GraftError `corrupt` */
export async function decodeFile(file: Blob, name: string): Promise<ImageBitmap> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (cause) {
    throw await notAPicture(file, name, cause);
  }
  if (bitmap.width * bitmap.height <= MOST_PIXELS) return bitmap;
  const { width, height } = bitmap;
  bitmap.close();
  throw new GraftError({
    code: 'corrupt',
    what: `${name} has ${width} × ${height} pixels.`,
    expected: 'At most 64 megapixels were expected.',
    remedy: 'Make it smaller.',
  });
}

/**
 * One picture as a backbone takes it: [height, width, channels] bytes, row by row, over black.
 *
 * @throws GraftError `corrupt` when it cannot be decoded
 */
export async function picturePixels(file: Blob, name: string, spec: PixelSpec): Promise<Uint8Array> {
  const bitmap = await decodeFile(file, name);
  const { width, height } = bitmap;
  try {
    const context = new OffscreenCanvas(width, height).getContext('2d', { alpha: false, willReadFrequently: true });
    if (context === null) throw new GraftError({ code: 'unavailable', what: 'This browser gives no 2D canvas.' });
    context.drawImage(bitmap, 0, 0);
    const pixels = { data: context.getImageData(0, 0, width, height).data, width, height };
    const rgba = resampleCover(pixels, spec.width, spec.height);
    return spec.channels === 3 ? colours(rgba) : greys(rgba);
  } finally {
    bitmap.close();
  }
}

function colours(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
  return rgb;
}

/** Rec. 709 luma. */
function greys(rgba: Uint8ClampedArray): Uint8Array {
  return Uint8Array.from({ length: rgba.length / 4 }, (_, at) =>
    Math.round(0.2126 * (rgba[4 * at] ?? 0) + 0.7152 * (rgba[4 * at + 1] ?? 0) + 0.0722 * (rgba[4 * at + 2] ?? 0)),
  );
}
