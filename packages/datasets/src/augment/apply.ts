import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';
import type { Augmentation, DrawnAugmentation } from './augmentation.js';
import { recolour } from './recolour.js';
import { resample } from './resample.js';

/**
 * Change pictures as was drawn, one draw for each: geometry first (bilinear), then brightness, contrast and saturation,
 * then what is painted over. Computed in plain memory, so that every engine gets the same values. The caller owns the
 * result.
 *
 * @param images [B, height, width, 1 or 3] float32 in `range`
 * @returns the same shape and range
 * @throws GraftError `bad-input` for another shape, or another number of draws
 */
export async function applyAugmentation(
  images: tf.Tensor,
  drawn: readonly DrawnAugmentation[],
  range: readonly [number, number],
  beyond: Augmentation['beyond'] = 'reflect',
): Promise<tf.Tensor> {
  const [batch = 0, height = 0, width = 0, channels = 0] = images.shape;
  if (images.rank !== 4 || batch !== drawn.length) {
    throw new GraftError({
      code: 'bad-input',
      what: `Pictures of shape [${images.shape.join(', ')}] were to be augmented by ${drawn.length} draws.`,
      expected: 'A shape [B, height, width, channels] with one draw for each was expected.',
    });
  }
  const [low, high] = range;
  const size = height * width * channels;
  const form = { height, width, channels };
  const values = Float32Array.from(await images.data());
  for (const [at, each] of drawn.entries()) {
    const picture = values.subarray(at * size, (at + 1) * size);
    if (!isStill(each.place)) resample(picture, form, each.place, beyond, low);
    recolour(picture, channels, each, range);
    const { erased } = each;
    for (let y = erased.top; y < erased.top + erased.height; y++) {
      const from = (y * width + erased.left) * channels;
      picture.fill((low + high) / 2, from, from + erased.width * channels);
    }
  }
  return tf.tensor(values, images.shape, 'float32');
}

function isStill([a, b, c, d, e, f]: DrawnAugmentation['place']): boolean {
  return a === 1 && b === 0 && c === 0 && d === 0 && e === 1 && f === 0;
}
