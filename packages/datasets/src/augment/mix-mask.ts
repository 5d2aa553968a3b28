import type { Rng } from '@graft-ml/core';

/** How much of an example's own input stays, place by place: 1 all, 0 none. */
export interface MixMask {
  readonly values: Float32Array;
  /** [1] for a share that holds everywhere, [H, W, 1] for a picture with a part pasted in. */
  readonly shape: readonly number[];
  /** The mean of the values: the share of the example's own class. */
  readonly share: number;
}

/** Both inputs averaged. */
export function averagedMask(share: number): MixMask {
  return { values: Float32Array.of(share), shape: [1], share };
}

/**
 * A rectangle of the other picture pasted in: of the picture's own aspect ratio and of the area 1 − share, centred
 * anywhere; what juts out is cut off, and the share is that of what is left.
 */
export function pastedMask(share: number, rng: Rng, [height = 1, width = 1]: readonly number[]): MixMask {
  const side = Math.sqrt(1 - share);
  const [halfHeight, halfWidth] = [Math.floor(height * side) / 2, Math.floor(width * side) / 2];
  const [y, x] = [rng.int(height), rng.int(width)];
  const [top, bottom] = [Math.max(0, Math.floor(y - halfHeight)), Math.min(height, Math.floor(y + halfHeight))];
  const [left, right] = [Math.max(0, Math.floor(x - halfWidth)), Math.min(width, Math.floor(x + halfWidth))];
  const values = new Float32Array(height * width).fill(1);
  for (let row = top; row < bottom; row++) values.fill(0, row * width + left, row * width + right);
  return { values, shape: [height, width, 1], share: 1 - ((bottom - top) * (right - left)) / (height * width) };
}
