import { GraftError } from '@graft-ml/core';

/** Brands of the HEIF container whose pictures are HEVC, which only some browsers decode. */
const HEIC_BRANDS: ReadonlySet<string> = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1']);

/** Why a browser could not decode a file, in words that help. */
export async function notAPicture(file: Blob, name: string, cause: unknown): Promise<GraftError> {
  const head = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  const text = String.fromCharCode(...head);
  if (text.slice(4, 8) === 'ftyp' && HEIC_BRANDS.has(text.slice(8, 12))) {
    return new GraftError({
      code: 'corrupt',
      what: `${name} is in HEIC, the iPhone’s format, which this browser cannot read.`,
      remedy: 'Export it as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible).',
      cause,
    });
  }
  return new GraftError({
    code: 'corrupt',
    what: head.length === 0 ? `${name} is empty.` : `${name} cannot be read as a picture.`,
    expected: 'A JPEG, PNG, WebP, GIF or AVIF was expected.',
    cause,
  });
}
