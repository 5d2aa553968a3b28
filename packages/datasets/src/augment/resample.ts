import type { Augmentation, DrawnAugmentation } from './augmentation.js';

export interface PictureForm {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Move a picture's pixels by an affine map, in place: each becomes the bilinear mean of the four around the place that it
 * comes from, as PyTorch's `grid_sample` with `align_corners=False` computes it.
 *
 * @param picture [height, width, channels]
 * @param black what is beyond the edge when that is black
 */
export function resample(
  picture: Float32Array,
  { height, width, channels }: PictureForm,
  [a, b, c, d, e, f]: DrawnAugmentation['place'],
  beyond: Augmentation['beyond'],
  black: number,
): void {
  const source = picture.slice();
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const column = edge(width, beyond);
  const row = edge(height, beyond);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromX = column.place(a * (x - middleX) + b * (y - middleY) + c + middleX);
      const fromY = row.place(d * (x - middleX) + e * (y - middleY) + f + middleY);
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [partX, partY] = [fromX - left, fromY - top];
      for (let channel = 0; channel < channels; channel++) {
        const at = (down: number, right: number): number => {
          const [inX, inY] = [column.pixel(left + right), row.pixel(top + down)];
          return inX < 0 || inY < 0 ? black : (source[(inY * width + inX) * channels + channel] ?? black);
        };
        const above = at(0, 0) * (1 - partX) + (partX === 0 ? 0 : at(0, 1) * partX);
        const below = partY === 0 ? 0 : at(1, 0) * (1 - partX) + (partX === 0 ? 0 : at(1, 1) * partX);
        picture[(y * width + x) * channels + channel] = above * (1 - partY) + below * partY;
      }
    }
  }
}

/** What is beyond the edges of a side of `length` pixels: where a place lies then, and which pixel is read; −1 for none. */
function edge(
  length: number,
  beyond: Augmentation['beyond'],
): { readonly place: (at: number) => number; readonly pixel: (at: number) => number } {
  const last = length - 1;
  const clamped = (at: number): number => Math.max(0, Math.min(last, at));
  if (beyond === 'black') return { place: (at) => at, pixel: (at) => (at < 0 || at > last ? -1 : at) };
  if (beyond === 'nearest') return { place: clamped, pixel: clamped };
  // Mirrored at the outer edges of the first and last pixel: half a pixel before 0 and after the last.
  const period = 2 * length;
  const mirrored = (at: number): number => {
    const within = (((at + 0.5) % period) + period) % period;
    return clamped((within < length ? within : period - within) - 0.5);
  };
  return { place: mirrored, pixel: clamped };
}
