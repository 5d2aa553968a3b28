import { GraftError, type Rng } from '@graft-ml/core';

/** How pictures are changed at random. What is left out is left alone. */
export interface Augmentation {
  /** Probability of a mirror image, left to right. */
  readonly flip?: number;
  /** The share of the area that is kept, uniform in [least, most], both in (0, 1]: cut out anywhere and enlarged again. */
  readonly crop?: readonly [least: number, most: number];
  /** How the sides of what is cut out may differ: ratio to width / height, log-uniform in [1 / r, r], r ≥ 1. Default 4/3. */
  readonly cropRatio?: number;
  /** Largest move in whole pixels, either way, along each side. */
  readonly shift?: number;
  /** Largest angle in degrees, either way. */
  readonly rotate?: number;
  /** Zoom factor, uniform in [least, most]; above 1 enlarges. */
  readonly scale?: readonly [least: number, most: number];
  /** What is beyond the edge: its mirror image (default), the edge's own pixels, or black. */
  readonly beyond?: 'reflect' | 'nearest' | 'black';
  /** Brightness is multiplied by a factor uniform in [1 − b, 1 + b], b in [0, 1]; so are contrast and saturation. */
  readonly brightness?: number;
  readonly contrast?: number;
  readonly saturation?: number;
  /** Probability of a rectangle painted over with the middle of the range (Zhong et al. 2017, https://arxiv.org/abs/1708.04896). */
  readonly erase?: number;
  /** The share of the area that the rectangle takes, uniform in [least, most]; default [0.02, 0.33]. */
  readonly eraseArea?: readonly [least: number, most: number];
}

/** What happens to one picture. */
export interface DrawnAugmentation {
  /**
   * Where the pixel at an output place comes from: x' = a·x + b·y + c and y' = d·x + e·y + f, in pixels from the centre.
   */
  readonly place: readonly [a: number, b: number, c: number, d: number, e: number, f: number];
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** In pixels; empty when height or width is 0. */
  readonly erased: { readonly top: number; readonly left: number; readonly height: number; readonly width: number };
}

const CROP_RATIO = 4 / 3;
const ERASED_AREA = [0.02, 0.33] as const;
/** The rectangle's sides differ by at most this factor, as in the paper. */
const ERASED_RATIO = 1 / 0.3;

/** Draw what happens to one picture. Every kind of change has a stream of its own, so that adding one changes no other. */
export function drawAugmentation(
  augmentation: Augmentation,
  rng: Rng,
  { height, width }: { readonly height: number; readonly width: number },
): DrawnAugmentation {
  const mirrored = rng.fork('flip').uniform() < (augmentation.flip ?? 0) ? -1 : 1;
  const angle = (Math.PI / 180) * (augmentation.rotate ?? 0) * (2 * rng.fork('rotate').uniform() - 1);
  const zoom = 1 / between(rng.fork('scale').uniform(), augmentation.scale ?? [1, 1]);
  const shift = drawShift(augmentation.shift ?? 0, rng.fork('shift'));
  const crop = drawCrop(augmentation, rng.fork('crop'), height / width);
  const [scaleX, scaleY] = [crop.width * zoom, crop.height * zoom];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const factor = (name: 'brightness' | 'contrast' | 'saturation'): number =>
    1 + (augmentation[name] ?? 0) * (2 * rng.fork(name).uniform() - 1);
  return {
    place: [
      cos * scaleX * mirrored,
      -sin * scaleY,
      crop.x * width + shift.x,
      sin * scaleX * mirrored,
      cos * scaleY,
      crop.y * height + shift.y,
    ],
    brightness: factor('brightness'),
    contrast: factor('contrast'),
    saturation: factor('saturation'),
    erased: drawErased(augmentation, rng.fork('erase'), height, width),
  };
}

/** Sides as shares of the picture's, and how far the centre moves, as shares too. */
function drawCrop(
  { crop, cropRatio = CROP_RATIO }: Augmentation,
  rng: Rng,
  aspect: number,
): { readonly width: number; readonly height: number; readonly x: number; readonly y: number } {
  if (crop === undefined) return { width: 1, height: 1, x: 0, y: 0 };
  const area = between(rng.uniform(), crop);
  const ratio = Math.exp(between(rng.uniform(), [-Math.log(cropRatio), Math.log(cropRatio)]));
  // The sides' ratio is of pixels; shares of a picture that is not square differ from it by the picture's own.
  const width = Math.min(1, Math.sqrt(area * ratio * aspect));
  const height = Math.min(1, area / width);
  return { width, height, x: (rng.uniform() - 0.5) * (1 - width), y: (rng.uniform() - 0.5) * (1 - height) };
}

/** Whole pixels, so that nothing is blurred by a shift alone. */
function drawShift(most: number, rng: Rng): { readonly x: number; readonly y: number } {
  return { x: rng.int(2 * most + 1) - most, y: rng.int(2 * most + 1) - most };
}

function drawErased(
  { erase = 0, eraseArea = ERASED_AREA }: Augmentation,
  rng: Rng,
  height: number,
  width: number,
): DrawnAugmentation['erased'] {
  const happens = rng.uniform() < erase;
  const area = between(rng.uniform(), eraseArea) * height * width;
  const ratio = Math.exp(between(rng.uniform(), [-Math.log(ERASED_RATIO), Math.log(ERASED_RATIO)]));
  if (!happens) return { top: 0, left: 0, height: 0, width: 0 };
  const high = Math.min(height, Math.max(1, Math.round(Math.sqrt(area * ratio))));
  const wide = Math.min(width, Math.max(1, Math.round(Math.sqrt(area / ratio))));
  return { top: rng.int(height - high + 1), left: rng.int(width - wide + 1), height: high, width: wide };
}

function between(uniform: number, [least, most]: readonly [number, number]): number {
  return least + (most - least) * uniform;
}

/** @throws GraftError `bad-input` naming the first number that is outside its range */
export function checkAugmentation(augmentation: Augmentation): void {
  const { flip, erase, rotate, brightness, contrast, saturation, cropRatio, crop, scale, eraseArea, shift } =
    augmentation;
  const inUnit = { flip, erase, brightness, contrast, saturation };
  for (const [name, value] of Object.entries(inUnit)) within(name, value, 0, 1);
  within('rotate', rotate, 0, 180);
  within('shift', shift, 0, 1000, true);
  within('cropRatio', cropRatio, 1, 100);
  for (const [name, pair, most] of [
    ['crop', crop, 1],
    ['eraseArea', eraseArea, 1],
    ['scale', scale, 100],
  ] as const) {
    within(name, pair?.[0], Number.MIN_VALUE, most);
    within(name, pair?.[1], pair?.[0] ?? 0, most);
  }
}

function within(name: string, value: number | undefined, least: number, most: number, whole = false): void {
  if (value === undefined || (value >= least && value <= most && (!whole || Number.isInteger(value)))) return;
  throw new GraftError({
    code: 'bad-input',
    what: `The augmentation's ${name} is ${value}.`,
    expected: `A ${whole ? 'whole ' : ''}number from ${least === Number.MIN_VALUE ? 'above 0' : least} to ${most} was expected.`,
  });
}
