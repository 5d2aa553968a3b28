import type { Point, Stroke } from './strokes.js';

/** Pictures are this many pixels wide and high. */
export const SIDE = 28;

/** A greyscale picture in the making: ink from 0 (none) to 1, row by row. */
export type Canvas = Float32Array;

export function newCanvas(): Canvas {
  return new Float32Array(SIDE * SIDE);
}

/**
 * Draw a stroke with a round pen. A pixel's ink is how much of it the pen covers, judged by the distance of its centre
 * to the line; where strokes cross, the darker one counts.
 *
 * @param stroke in pixels
 * @param width of the pen in pixels
 * @param ink in [0, 1]
 */
export function drawStroke(canvas: Canvas, stroke: Stroke, width: number, ink: number): void {
  for (let at = 0; at + 1 < stroke.length; at++) {
    const from = stroke[at];
    const to = stroke[at + 1];
    if (from !== undefined && to !== undefined) drawSegment(canvas, from, to, width / 2, ink);
  }
}

function drawSegment(canvas: Canvas, [x0, y0]: Point, [x1, y1]: Point, radius: number, ink: number): void {
  const reach = radius + 0.5;
  const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
  const right = Math.min(SIDE - 1, Math.floor(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
  const bottom = Math.min(SIDE - 1, Math.floor(Math.max(y0, y1) + reach));
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length2 = Math.max(dx * dx + dy * dy, 1e-9);
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length2));
      const awayX = x - x0 - along * dx;
      const awayY = y - y0 - along * dy;
      const away2 = awayX * awayX + awayY * awayY;
      if (away2 >= reach * reach) continue;
      const covered = ink * Math.min(1, reach - Math.sqrt(away2));
      const pixel = y * SIDE + x;
      if (covered > (canvas[pixel] ?? 0)) canvas[pixel] = covered;
    }
  }
}

/**
 * Add paper shade and grain and round to bytes.
 *
 * @param shade grey at the left, right, top and bottom edges, added to the ink
 * @param grain standard deviation of the noise, in [0, 1]
 * @param seed of the noise: integer arithmetic only, so the same everywhere
 */
export function develop(
  canvas: Canvas,
  shade: { x: number; y: number; base: number },
  grain: number,
  seed: number,
): Uint8Array {
  const pixels = new Uint8Array(SIDE * SIDE);
  let state = seed | 1;
  for (let pixel = 0; pixel < pixels.length; pixel++) {
    // xorshift32 (Marsaglia 2003); the sum of its four bytes is nearly normal with standard deviation 147.8.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const bytes = (state & 255) + ((state >>> 8) & 255) + ((state >>> 16) & 255) + (state >>> 24);
    const paper = shade.base + (shade.x * (pixel % SIDE)) / SIDE + (shade.y * Math.floor(pixel / SIDE)) / SIDE;
    const ink = canvas[pixel] ?? 0;
    const value = ink + paper * (1 - ink) + (grain * (bytes - 510)) / 147.8;
    pixels[pixel] = Math.round(255 * Math.min(1, Math.max(0, value)));
  }
  return pixels;
}
