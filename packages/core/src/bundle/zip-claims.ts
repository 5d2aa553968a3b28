/** What a zip archive says of one of its parts; sizes in bytes, packed and unpacked. */
export interface ZipPart {
  readonly name: string;
  readonly size: number;
  readonly originalSize: number;
}

/** Deflate packs at most 1,032 to 1 (zlib's technical notes, https://zlib.net/zlib_tech.html), and a little more is no crime. */
const MOST_PACKED = 1100;
/** What an empty or tiny part may claim. */
const SLACK = 1024;

/**
 * Hold what the parts of a zip archive claim against the archive itself, part by part and before anything is unpacked:
 * unpackers allocate what a part claims, so a few damaged bytes would cost seconds and gigabytes.
 *
 * @param archive size of the whole archive, bytes
 * @param most what all parts together may unpack to, bytes
 * @returns a function that is called with each part in turn, and says what is wrong with it, or undefined
 *
 * @example
 * ```ts
 * import { zipClaims } from '@graft-ml/core';
 * const check = zipClaims(5_000, 2 ** 30);
 * console.log(check({ name: 'config.json', size: 900, originalSize: 4_000 })); // undefined
 * console.log(check({ name: 'weights.bin', size: 40, originalSize: 2 ** 29 })); // "weights.bin" claims 536870912 bytes, packed into 40
 * ```
 */
export function zipClaims(archive: number, most: number): (part: ZipPart) => string | undefined {
  let [packed, unpacked] = [0, 0];
  return ({ name, size, originalSize }) => {
    packed += size;
    unpacked += originalSize;
    if (originalSize > size * MOST_PACKED + SLACK) return `"${name}" claims ${originalSize} bytes, packed into ${size}`;
    if (packed > archive) return `its parts claim ${packed} packed bytes, and it has ${archive}`;
    if (unpacked > most) return `its parts claim more than ${most} bytes`;
    return undefined;
  };
}
