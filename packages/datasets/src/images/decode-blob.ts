import { GraftError, messageOf } from '@graft-ml/core';
import { resizePixels } from './resize-pixels.js';
import { MAX_PIXELS, pictureBytes, type PictureSpec } from './picture-spec.js';

/**
 * Decode a picture in a browser as `loadPictures` does in Node: upright, in sRGB, transparent parts black, resized. Pixels
 * of pictures that are not enlarged differ from those of Node by less than 2 of 255 on average; enlarged ones may by more.
 *
 * @param blob a file that was dropped or fetched, or another picture that browsers know, such as a video's present frame
 * @param from what messages call it
 * @returns [height, width, channels] bytes, row by row
 * @throws GraftError `corrupt` when the browser cannot decode it, or it is too large
 */
export async function decodeBlob(blob: ImageBitmapSource, spec: PictureSpec, from: string): Promise<Uint8Array> {
  const { height, width, fit = 'cover' } = spec;
  pictureBytes(spec);
  let whole: ImageBitmap;
  try {
    whole = await createImageBitmap(blob, { imageOrientation: 'from-image' });
  } catch (cause) {
    throw new GraftError({ code: 'corrupt', what: `${from} cannot be read as a picture: ${messageOf(cause)}.`, cause });
  }
  try {
    if (whole.width * whole.height > MAX_PIXELS) {
      throw new GraftError({
        code: 'corrupt',
        what: `${from} has ${whole.width} × ${whole.height} pixels.`,
        expected: `At most ${MAX_PIXELS} pixels were expected.`,
      });
    }
    const canvas = new OffscreenCanvas(whole.width, whole.height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) throw new GraftError({ code: 'unavailable', what: 'This browser gives no 2d canvas.' });
    context.fillStyle = '#000';
    context.fillRect(0, 0, whole.width, whole.height);
    context.drawImage(whole, 0, 0);
    const place = placeOf(whole, width, height, fit);
    const pixels = context.getImageData(0, 0, whole.width, whole.height);
    return onBlack(resizePixels(pixels, place.width, place.height), place, spec);
  } finally {
    whole.close();
  }
}

/** A rectangle in pixels; corners may lie outside the picture that is made. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the whole picture lies in the one that is made; what juts out is cut off. */
function placeOf(
  whole: { readonly width: number; readonly height: number },
  width: number,
  height: number,
  fit: NonNullable<PictureSpec['fit']>,
): Place {
  if (fit === 'fill') return { x: 0, y: 0, width, height };
  const [scaleX, scaleY] = [width / whole.width, height / whole.height];
  const scale = fit === 'cover' ? Math.max(scaleX, scaleY) : Math.min(scaleX, scaleY);
  // Whole pixels, and an odd one to the side where sharp has it: half a pixel's shift is far more than what resizing costs.
  const size = { width: Math.round(whole.width * scale), height: Math.round(whole.height * scale) };
  const middle = (room: number): number => (room < 0 ? -Math.floor((1 - room) / 2) : Math.floor(room / 2));
  return { ...size, x: middle(width - size.width), y: middle(height - size.height) };
}

/** What the bytes of sRGB are in linear light, 0 … 1 (IEC 61966-2-1). */
const LINEAR = Float32Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

function encoded(linear: number): number {
  return Math.round(255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055));
}

/** The part of a resized picture that is wanted, black around it; shades of grey as libvips mixes them, in linear light. */
function onBlack(rgb: Float32Array, place: Place, { height, width, channels }: PictureSpec): Uint8Array {
  const bytes = new Uint8Array(height * width * channels);
  const byte = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));
  for (let y = Math.max(0, place.y); y < Math.min(height, place.y + place.height); y++) {
    for (let x = Math.max(0, place.x); x < Math.min(width, place.x + place.width); x++) {
      const from = ((y - place.y) * place.width + x - place.x) * 3;
      const [red = 0, green = 0, blue = 0] = [rgb[from], rgb[from + 1], rgb[from + 2]].map((value) => byte(value ?? 0));
      const at = (y * width + x) * channels;
      if (channels === 3) bytes.set([red, green, blue], at);
      else bytes[at] = encoded(0.2 * (LINEAR[red] ?? 0) + 0.7 * (LINEAR[green] ?? 0) + 0.1 * (LINEAR[blue] ?? 0));
    }
  }
  return bytes;
}
