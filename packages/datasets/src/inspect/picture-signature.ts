import type { PictureSpec } from '../images/picture-spec.js';

/** What two copies of a picture have in common, whatever their size, format and compression. */
export interface PictureSignature {
  /** sha256 of the file's bytes. */
  readonly sha256: string;
  /**
   * A difference hash: 128 bits in 4 words, each saying whether a part of the picture is lighter than its neighbour
   * (to the right for the first half, below for the second), on a grid of 9 × 9.
   */
  readonly gradients: Uint32Array;
  /** The picture in 16 × 16 shades of grey. */
  readonly thumbnail: Uint8Array;
}

const GRID = 9;
export const THUMBNAIL_SIDE = 16;

/**
 * The signature of a decoded picture.
 *
 * @param pixels [height, width, channels] bytes
 * @param sha256 of the file that it was decoded from
 */
export function pictureSignature(pixels: Uint8Array, spec: PictureSpec, sha256: string): PictureSignature {
  const shades = shadesOf(pixels, spec.channels);
  const grid = averages(shades, spec, GRID);
  const gradients = new Uint32Array(4);
  const set = (bit: number, on: boolean): void => {
    if (on) gradients[bit >> 5] = ((gradients[bit >> 5] ?? 0) | (1 << (bit & 31))) >>> 0;
  };
  for (let y = 0; y < GRID - 1; y++) {
    for (let x = 0; x < GRID - 1; x++) {
      const here = grid[y * GRID + x] ?? 0;
      set(y * 8 + x, here < (grid[y * GRID + x + 1] ?? 0));
      set(64 + y * 8 + x, here < (grid[(y + 1) * GRID + x] ?? 0));
    }
  }
  return { sha256, gradients, thumbnail: Uint8Array.from(averages(shades, spec, THUMBNAIL_SIDE), Math.round) };
}

/** The picture's shades of grey (Rec. 601). */
function shadesOf(pixels: Uint8Array, channels: 1 | 3): ArrayLike<number> {
  if (channels === 1) return pixels;
  const shades = new Float64Array(pixels.length / 3);
  for (let at = 0, from = 0; at < shades.length; at++, from += 3) {
    shades[at] = 0.299 * (pixels[from] ?? 0) + 0.587 * (pixels[from + 1] ?? 0) + 0.114 * (pixels[from + 2] ?? 0);
  }
  return shades;
}

/** Means over a grid of side × side parts. */
function averages(shades: ArrayLike<number>, { height, width }: PictureSpec, side: number): Float64Array {
  const result = new Float64Array(side * side);
  for (let row = 0; row < side; row++) {
    const [top, bottom] = part(row, side, height);
    for (let column = 0; column < side; column++) {
      const [left, right] = part(column, side, width);
      let sum = 0;
      for (let y = top; y < bottom; y++) {
        for (let at = y * width + left; at < y * width + right; at++) sum += shades[at] ?? 0;
      }
      result[row * side + column] = sum / ((bottom - top) * (right - left));
    }
  }
  return result;
}

/** Part `at` of `parts` of a length: at least one pixel, also when there are fewer pixels than parts. */
function part(at: number, parts: number, length: number): [from: number, to: number] {
  const from = Math.min(length - 1, Math.floor((at * length) / parts));
  return [from, Math.max(from + 1, Math.floor(((at + 1) * length) / parts))];
}
