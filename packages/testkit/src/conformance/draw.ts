import fc from 'fast-check';

export const seeds: fc.Arbitrary<number> = fc.integer({ min: 0, max: 1_000_000 });

/** A dimension: mostly small, so that every remainder of every tile size comes up; sometimes 0 or larger. */
export function dimensions(max = 21, min = 0): fc.Arbitrary<number> {
  return fc.integer({ min, max });
}

export interface ConvDraw {
  readonly x: [number, number, number, number];
  readonly filter: [number, number, number, number];
  readonly strides: [number, number];
  readonly dilations: [number, number];
  readonly pad: 'same' | 'valid' | [[number, number], [number, number], [number, number], [number, number]];
}

export interface ConvLimits {
  readonly channels: number;
  readonly multiplier?: number;
}

/** A convolution over NHWC whose output has at least one pixel. */
export function convolutions({ channels, multiplier }: ConvLimits): fc.Arbitrary<ConvDraw> {
  const side = fc.integer({ min: 0, max: 2 });
  const explicit = fc.tuple(side, side, side, side).map(([top, bottom, left, right]): ConvDraw['pad'] => [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  return fc
    .record({
      images: dimensions(3, 1),
      height: dimensions(9, 4),
      width: dimensions(9, 4),
      inChannels: dimensions(channels, 1),
      outChannels: dimensions(multiplier ?? channels, 1),
      kernelHeight: dimensions(4, 1),
      kernelWidth: dimensions(4, 1),
      strides: fc.tuple(dimensions(3, 1), dimensions(3, 1)),
      pad: fc.oneof(fc.constantFrom<ConvDraw['pad']>('same', 'valid'), explicit),
    })
    .map((drawn) => ({
      x: [drawn.images, drawn.height, drawn.width, drawn.inChannels],
      filter: [drawn.kernelHeight, drawn.kernelWidth, drawn.inChannels, drawn.outChannels],
      strides: drawn.strides,
      dilations: [1, 1],
      pad: drawn.pad,
    }));
}
