import { GraftError } from '../errors/graft-error.js';

/**
 * How the bytes 0…255 of a picture become a model's numbers: mapped to `range`, then `mean` subtracted and divided by `std`
 * channel by channel, then the channels put in the model's order. Plain JSON, so that bundles hold it.
 */
export interface PixelScale {
  /** What bytes 0…255 are mapped to, [low, high]. */
  readonly range: readonly [number, number];
  /** Of each channel, in the order red, green, blue, and in units of `range`. */
  readonly mean?: readonly number[] | undefined;
  /** Of each channel, in the order red, green, blue, each above 0. */
  readonly std?: readonly number[] | undefined;
  /** In which order the model takes the channels; default `rgb`. */
  readonly order?: 'rgb' | 'bgr' | undefined;
}

/** Mean and standard deviation of ImageNet's training pictures in [0, 1]: what torchvision's weights expect. */
export const IMAGENET_SCALE: PixelScale = {
  range: [0, 1],
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** What `keras.applications` calls mode `caffe`: bytes less ImageNet's mean, blue first. */
export const CAFFE_SCALE: PixelScale = {
  range: [0, 255],
  mean: [123.68, 116.779, 103.939],
  order: 'bgr',
};

/** A scale as something to hash or to compare; one that is only a range is that range. */
export function pixelScaleKey({ range, mean, std, order }: Partial<PixelScale>): unknown {
  const ends = range ?? [0, 1];
  return mean === undefined && std === undefined && (order ?? 'rgb') === 'rgb'
    ? ends
    : { range: ends, mean, std, order: order ?? 'rgb' };
}

/** The parts of a scale that are given, and nothing else of the object that holds them. */
export function pixelScaleOf({ range, mean, std, order }: Partial<PixelScale>): PixelScale {
  return {
    range: range ?? [0, 1],
    ...(mean === undefined ? {} : { mean }),
    ...(std === undefined ? {} : { std }),
    ...(order === undefined ? {} : { order }),
  };
}

/** A scale in words, for people: `bytes 0…255 mapped to [0, 1], less …`. */
export function describePixelScale({ range, mean, std, order }: PixelScale): string {
  return [
    `bytes 0…255 mapped to [${range.join(', ')}]`,
    ...(mean === undefined ? [] : [`less ${mean.join(', ')}`]),
    ...(std === undefined ? [] : [`divided by ${std.join(', ')}`]),
    ...(order === 'bgr' ? ['blue first'] : []),
  ].join(', ');
}

/** @throws GraftError `bad-input` when a scale does not fit pictures of so many channels */
export function checkPixelScale({ range, mean, std, order }: Partial<PixelScale>, channels: number): void {
  const refuse = (what: string, expected: string): GraftError => new GraftError({ code: 'bad-input', what, expected });
  if (range !== undefined && !range.every(Number.isFinite)) {
    throw refuse(`The range of a picture's values is [${range.join(', ')}].`, 'Two finite numbers were expected.');
  }
  for (const [name, each] of [
    ['mean', mean],
    ['std', std],
  ] as const) {
    if (each === undefined) continue;
    if (each.length !== channels || !each.every((value) => Number.isFinite(value) && (name === 'mean' || value > 0))) {
      throw refuse(
        `The ${name} of pictures of ${channels} channels is [${each.join(', ')}].`,
        `${channels} finite numbers${name === 'std' ? ' above 0' : ''} were expected.`,
      );
    }
  }
  if (order === 'bgr' && channels !== 3) {
    throw refuse(`Pictures of ${channels} channels were to be put in the order bgr.`, 'Three channels were expected.');
  }
}
