import * as tf from '@tensorflow/tfjs-core';
import { checkPixelScale, type PixelScale } from './pixel-scale.js';

/**
 * Map pictures whose values lie in [0, 1], red first, as a model takes them.
 *
 * @param images [..., C] float32 in [0, 1]
 * @returns the same shape; the caller owns it
 * @throws GraftError `bad-input` when the scale does not fit the channels
 */
export function scalePictures(images: tf.Tensor, scale: PixelScale): tf.Tensor {
  const { range, mean, std, order } = checked(images, scale);
  const [low, high] = range;
  return tf.tidy(() => {
    let x: tf.Tensor = tf.add(tf.mul(images, high - low), low);
    if (mean !== undefined) x = tf.sub(x, [...mean]);
    if (std !== undefined) x = tf.div(x, [...std]);
    return order === 'bgr' ? tf.reverse(x, -1) : x;
  });
}

/**
 * The way back: what `scalePictures` made of pictures in [0, 1].
 *
 * @param images [..., C] float32 as the model takes them
 * @returns the same shape in [0, 1], red first; the caller owns it
 * @throws GraftError `bad-input` when the scale does not fit the channels
 */
export function unscalePictures(images: tf.Tensor, scale: PixelScale): tf.Tensor {
  const { range, mean, std, order } = checked(images, scale);
  const [low, high] = range;
  return tf.tidy(() => {
    let x: tf.Tensor = order === 'bgr' ? tf.reverse(images, -1) : images;
    if (std !== undefined) x = tf.mul(x, [...std]);
    if (mean !== undefined) x = tf.add(x, [...mean]);
    return tf.div(tf.sub(x, low), high - low);
  });
}

function checked(images: tf.Tensor, scale: PixelScale): PixelScale {
  checkPixelScale(scale, images.shape.at(-1) ?? 1);
  return scale;
}
