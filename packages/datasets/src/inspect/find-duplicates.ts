import type { PictureSignature } from './picture-signature.js';

/** A picture of the second list that the first list has too. */
export interface Duplicate {
  /** Its number in the first list. */
  readonly first: number;
  /** Its number in the second list. */
  readonly second: number;
  /** `identical`: the same bytes; `near-identical`: the same picture in another size, format or compression. */
  readonly kind: 'identical' | 'near-identical';
}

/** Copies differ in at most this many of the 128 bits. With 8 parts of 16 bits, one part is then equal: that finds them. */
const MOST_BITS = 7;
/** Copies' thumbnails correlate at least so much. */
const LEAST_CORRELATION = 0.98;
/** Pictures of hardly any contrast all look alike: they are only compared by their bytes. */
const LEAST_CONTRAST = 4;

/**
 * Find pictures of one list in another, such as test pictures in the training set: by the sha256 of their bytes, and by a
 * difference hash whose finds are confirmed on small thumbnails. Crops, mirror images and heavy edits are not found.
 *
 * @returns for each picture of the second list at most one of the first
 */
export function findDuplicates(
  first: readonly PictureSignature[],
  second: readonly PictureSignature[],
): readonly Duplicate[] {
  const bySha = new Map<string, number>();
  for (const [at, { sha256 }] of first.entries()) if (!bySha.has(sha256)) bySha.set(sha256, at);
  const byPart = indexParts(first);
  const found: Duplicate[] = [];
  for (const [at, picture] of second.entries()) {
    const same = bySha.get(picture.sha256);
    if (same !== undefined) {
      found.push({ first: same, second: at, kind: 'identical' });
      continue;
    }
    const near = nearest(picture, first, byPart);
    if (near !== undefined) found.push({ first: near, second: at, kind: 'near-identical' });
  }
  return found;
}

/** Which pictures have which 16 bits at which of the 8 places. */
function indexParts(pictures: readonly PictureSignature[]): Map<number, number[]> {
  const index = new Map<number, number[]>();
  for (const [at, picture] of pictures.entries()) {
    if (contrast(picture.thumbnail) < LEAST_CONTRAST) continue;
    for (const key of partsOf(picture)) {
      const members = index.get(key);
      if (members === undefined) index.set(key, [at]);
      else members.push(at);
    }
  }
  return index;
}

function partsOf({ gradients }: PictureSignature): number[] {
  return Array.from({ length: 8 }, (_, part) => {
    const word = gradients[part >> 1] ?? 0;
    return part * 65_536 + ((part & 1) === 0 ? word & 0xffff : word >>> 16);
  });
}

function nearest(
  picture: PictureSignature,
  among: readonly PictureSignature[],
  index: ReadonlyMap<number, readonly number[]>,
): number | undefined {
  if (contrast(picture.thumbnail) < LEAST_CONTRAST) return undefined;
  let best: { readonly at: number; readonly bits: number } | undefined;
  for (const at of new Set(partsOf(picture).flatMap((key) => index.get(key) ?? []))) {
    const other = among[at];
    if (other === undefined) continue;
    const bits = differentBits(picture.gradients, other.gradients);
    if (bits > MOST_BITS || (best !== undefined && bits >= best.bits)) continue;
    if (correlation(picture.thumbnail, other.thumbnail) >= LEAST_CORRELATION) best = { at, bits };
  }
  return best?.at;
}

function differentBits(a: Uint32Array, b: Uint32Array): number {
  let count = 0;
  for (let word = 0; word < 4; word++) {
    for (let left = ((a[word] ?? 0) ^ (b[word] ?? 0)) >>> 0; left !== 0; left = (left & (left - 1)) >>> 0) count++;
  }
  return count;
}

/** The standard deviation of the shades. */
function contrast(shades: Uint8Array): number {
  const mean = average(shades);
  let squares = 0;
  for (const shade of shades) squares += (shade - mean) ** 2;
  return Math.sqrt(squares / shades.length);
}

/** Pearson's correlation. */
function correlation(a: Uint8Array, b: Uint8Array): number {
  const [meanA, meanB] = [average(a), average(b)];
  let [both, squareA, squareB] = [0, 0, 0];
  for (const [at, value] of a.entries()) {
    const [x, y] = [value - meanA, (b[at] ?? 0) - meanB];
    both += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return both / Math.sqrt(squareA * squareB);
}

function average(values: Uint8Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
