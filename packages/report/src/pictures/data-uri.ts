import type { MistakeRecord } from '@graft-ml/core';
import { encodePng } from './png.js';

/** Larger pictures are left out: a report is for looking at, and stays a small file. */
const LARGEST_SIDE = 1024;

/**
 * The picture as a `data:image/png` URI, or undefined when the record's bytes are no picture of the size it states.
 * The bytes are decoded and encoded again, so that nothing of the record's own text reaches the page.
 */
export function pictureUri(image: NonNullable<MistakeRecord['image']>): string | undefined {
  const { width, height, channels, base64 } = image;
  const sound = (side: number): boolean => Number.isInteger(side) && side >= 1 && side <= LARGEST_SIDE;
  if (!sound(width) || !sound(height) || (channels !== 1 && channels !== 3)) return undefined;
  const pixels = bytesOf(base64);
  if (pixels?.length !== width * height * channels) return undefined;
  return `data:image/png;base64,${base64Of(encodePng(pixels, width, height, channels))}`;
}

function bytesOf(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined; // not base64
  }
}

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
