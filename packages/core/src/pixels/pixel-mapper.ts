import { checkPixelScale, type PixelScale } from './pixel-scale.js';

/** Maps bytes, `channels` of them for each pixel, into `values` from `at` on. */
export type PixelMapper = (bytes: Uint8Array, values: Float32Array, at?: number) => void;

/**
 * Make of a scale the function that applies it to bytes, the same in Node and in browsers: a table for each channel.
 *
 * @param channels the last size of the pictures' shape; it matters only to `mean`, `std` and `order`
 * @throws GraftError `bad-input` when the scale does not fit so many channels
 *
 * @example
 * ```ts
 * import { IMAGENET_SCALE, pixelMapper } from '@graft-ml/core';
 * const values = new Float32Array(3);
 * pixelMapper(IMAGENET_SCALE, 3)(Uint8Array.of(124, 116, 104), values);
 * console.log(values.every((value) => Math.abs(value) < 0.02)); // true
 * ```
 */
export function pixelMapper(scale: Partial<PixelScale>, channels: number): PixelMapper {
  checkPixelScale(scale, channels);
  const { range: [low, high] = [0, 1], mean, std, order } = scale;
  const table = (channel: number): Float32Array =>
    Float32Array.from(
      { length: 256 },
      (_, byte) => (low + ((high - low) * byte) / 255 - (mean?.[channel] ?? 0)) / (std?.[channel] ?? 1),
    );
  if (mean === undefined && std === undefined && order !== 'bgr') {
    const only = table(0);
    return (bytes, values, at = 0) => {
      for (let from = 0; from < bytes.length; from++) values[at + from] = only[bytes[from] ?? 0] ?? 0;
    };
  }
  const tables = Array.from({ length: channels }, (_, channel) => table(channel));
  return (bytes, values, at = 0) => {
    for (const [channel, each] of tables.entries()) {
      const to = at + (order === 'bgr' ? channels - 1 - channel : channel);
      for (let from = 0; from < bytes.length; from += channels) {
        values[to + from] = each[bytes[from + channel] ?? 0] ?? 0;
      }
    }
  };
}
