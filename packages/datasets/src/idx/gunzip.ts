import { gunzipSync } from 'fflate';
import { GraftError, messageOf } from '@graft-ml/core';
import { crc32 } from './crc32.js';

/** Deflate cannot shrink anything by more than this (zlib technical notes). */
const MAX_RATIO = 1032;
const HEADER_AND_TRAILER = 18;

/** Is this gzip (RFC 1952), by its first bytes? */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpack a gzip file of one member. The unpacked size is bounded before anything is allocated, and the trailer's size
 * and CRC-32 are checked, which fflate does not do.
 *
 * @param from the file's name, for messages
 * @param maxBytes refuse files that claim to unpack to more; default 1 GiB
 * @throws GraftError `corrupt` for a truncated or damaged file, or one that claims more than `maxBytes`
 */
export function gunzip(bytes: Uint8Array, from: string, maxBytes: number = 2 ** 30): Uint8Array<ArrayBuffer> {
  const corrupt = (what: string, cause?: unknown): GraftError =>
    new GraftError({
      code: 'corrupt',
      what: `${from}: ${what}`,
      expected: 'A whole gzip file was expected.',
      remedy: 'Fetch the file again.',
      cause,
    });
  if (!isGzip(bytes)) throw corrupt('it does not begin like a gzip file.');
  if (bytes.byteLength < HEADER_AND_TRAILER) throw corrupt(`it ends after ${bytes.byteLength} bytes.`);
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.byteLength - 8, 8);
  const crc = trailer.getUint32(0, true);
  const size = trailer.getUint32(4, true);
  if (size > maxBytes || size > bytes.byteLength * MAX_RATIO) {
    throw corrupt(
      `its trailer claims ${size} unpacked bytes (${bytes.byteLength} packed), so it is damaged, cut off or too big.`,
    );
  }
  let unpacked: Uint8Array<ArrayBuffer>;
  try {
    unpacked = gunzipSync(bytes, { out: new Uint8Array(size) });
  } catch (cause) {
    throw corrupt(`it cannot be unpacked (${messageOf(cause)}).`, cause);
  }
  if (unpacked.byteLength !== size)
    throw corrupt(`it unpacks to ${unpacked.byteLength} bytes, its trailer says ${size}.`);
  const found = crc32(unpacked);
  if (found !== crc) throw corrupt(`its contents have CRC-32 ${hex(found)}, its trailer says ${hex(crc)}.`);
  return unpacked;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
