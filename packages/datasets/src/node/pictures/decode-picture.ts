import type { Metadata, Sharp } from 'sharp';
import { GraftError, messageOf } from '@graft-ml/core';
import { MAX_PIXELS, type PictureSpec } from '../../images/picture-spec.js';
import { importSharp } from './import-sharp.js';
import { jpegFacts } from './jpeg-facts.js';

/**
 * Decode a picture (JPEG, PNG, WebP, GIF, AVIF, TIFF, SVG): turned upright as its EXIF data say, colours in sRGB,
 * transparent parts black, of an animation the first frame, resized.
 *
 * @param bytes the file's contents
 * @param from what messages call it
 * @returns [height, width, channels] bytes, row by row
 * @throws GraftError `corrupt` when it cannot be decoded or is too large, `unavailable` when sharp is not installed
 */
export async function decodePicture(bytes: Uint8Array, spec: PictureSpec, from: string): Promise<Uint8Array> {
  const { height, width, channels, fit = 'cover' } = spec;
  const sharp = await importSharp();
  const input = { failOn: 'error', limitInputPixels: MAX_PIXELS, sequentialRead: true } as const;
  let pixels: Uint8Array;
  let found: number;
  try {
    const jpeg = height === width ? jpegFacts(bytes) : undefined;
    let picture: Sharp;
    if (jpeg?.components === 3) {
      picture = sharp(bytes, { ...input, ignoreIcc: jpeg.profile === 'sRGB' }).autoOrient();
    } else {
      const facts = await sharp(bytes, input).metadata();
      picture = sharp(bytes, { ...input, ignoreIcc: isStandardRgb(facts) }).autoOrient();
      // sharp 0.35.5 misplaces what it turns by a quarter and crops to a form that is not square: turn first.
      if ((facts.orientation ?? 1) > 4 && height !== width) {
        picture = sharp(await picture.png({ compressionLevel: 0 }).toBuffer(), input);
      }
      if (facts.hasAlpha) picture = picture.flatten({ background: '#000' });
    }
    const decoded = await picture
      .resize({ height, width, fit, background: '#000' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    pixels = decoded.data;
    found = decoded.info.channels;
  } catch (cause) {
    throw new GraftError({
      code: 'corrupt',
      what: `${from} cannot be read as a picture: ${reasonOf(bytes, cause)}.`,
      expected: `A JPEG, PNG, WebP, GIF, AVIF, TIFF or SVG of at most ${MAX_PIXELS} pixels was expected.`,
      cause,
    });
  }
  if (found < channels || pixels.length !== height * width * found) {
    throw new GraftError({ code: 'internal', what: `${from} gave ${pixels.length} bytes in ${found} channels.` });
  }
  return found === channels ? pixels : firstChannels(pixels, found, channels);
}

/** Converting from the profile that is sRGB already takes as long as all the rest, and changes nothing. */
function isStandardRgb({ icc, space }: Metadata): boolean {
  return icc !== undefined && space === 'srgb' && icc.includes('sRGB');
}

function firstChannels(pixels: Uint8Array, found: number, wanted: number): Uint8Array {
  const kept = new Uint8Array((pixels.length / found) * wanted);
  for (let at = 0; at < kept.length; at++) kept[at] = pixels[Math.floor(at / wanted) * found + (at % wanted)] ?? 0;
  return kept;
}

/** Brands of the HEIF container whose pictures are HEVC, which patents keep out of sharp. */
const HEIC_BRANDS = ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1'];

function reasonOf(bytes: Uint8Array, cause: unknown): string {
  const [box, brand] = [text(bytes, 4, 8), text(bytes, 8, 12)];
  if (box === 'ftyp' && HEIC_BRANDS.includes(brand)) {
    return 'it is in HEIC, the iPhone’s format, which is not supported; export it as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)';
  }
  // libvips repeats itself over several lines.
  return (messageOf(cause).split('\n')[0] ?? '').replace(/[.:\s]+$/, '');
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
