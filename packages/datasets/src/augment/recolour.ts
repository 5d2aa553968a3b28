import type { DrawnAugmentation } from './augmentation.js';

/** What torchvision makes grey of: Rec. 601, rounded. */
const [RED, GREEN, BLUE] = [0.2989, 0.587, 0.114] as const;

/**
 * Multiply brightness, then contrast (around the picture's mean grey), then saturation (around each pixel's grey), in
 * place; after each, values are clipped to the range. torchvision's `adjust_brightness`, `adjust_contrast` and
 * `adjust_saturation`.
 *
 * @param picture [..., channels] in `range`
 */
export function recolour(
  picture: Float32Array,
  channels: number,
  { brightness, contrast, saturation }: Pick<DrawnAugmentation, 'brightness' | 'contrast' | 'saturation'>,
  [low, high]: readonly [number, number],
): void {
  const clip = (value: number): number => Math.max(low, Math.min(high, value));
  const greyAt = (at: number): number =>
    channels === 3
      ? RED * (picture[at] ?? 0) + GREEN * (picture[at + 1] ?? 0) + BLUE * (picture[at + 2] ?? 0) + DARK * low
      : (picture[at] ?? 0);
  if (brightness !== 1) {
    for (let at = 0; at < picture.length; at++) picture[at] = clip(low + brightness * ((picture[at] ?? 0) - low));
  }
  if (contrast !== 1) {
    let sum = 0;
    for (let at = 0; at < picture.length; at += channels) sum += greyAt(at);
    const mean = sum / (picture.length / channels);
    for (let at = 0; at < picture.length; at++) picture[at] = clip(mean + contrast * ((picture[at] ?? 0) - mean));
  }
  if (saturation !== 1 && channels === 3) {
    for (let at = 0; at < picture.length; at += channels) {
      const grey = greyAt(at);
      for (let each = at; each < at + channels; each++) {
        picture[each] = clip(grey + saturation * ((picture[each] ?? 0) - grey));
      }
    }
  }
}

/** The rounded weights do not add to 1: black must stay black in any range. */
const DARK = 1 - (RED + GREEN + BLUE);
