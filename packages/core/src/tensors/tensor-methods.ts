import * as tf from '@tensorflow/tfjs-core';

/**
 * tfjs-layers 4.22 calls five tensor methods in its orthogonal initialiser, the default of every recurrent layer's
 * recurrent kernel. Only the big `@tensorflow/tfjs` package defines them: without it no LSTM or GRU can be built or
 * loaded. Here they are defined where they are missing. Calling this twice is harmless.
 */
export function registerTensorMethods(): void {
  define('flatten', function flatten(this: tf.Tensor) {
    return tf.reshape(this, [this.size]);
  });
  define('reshape', function reshape(this: tf.Tensor, shape: number[]) {
    return tf.reshape(this, shape);
  });
  define('sign', function sign(this: tf.Tensor) {
    return tf.sign(this);
  });
  define('stridedSlice', function stridedSlice(this: tf.Tensor, begin: number[], end: number[], strides?: number[]) {
    return tf.stridedSlice(this, begin, end, strides);
  });
  define('transpose', function transpose(this: tf.Tensor, order?: number[]) {
    return tf.transpose(this, order);
  });
}

function define(name: string, method: (this: tf.Tensor, ...given: never[]) => tf.Tensor): void {
  if (Reflect.has(tf.Tensor.prototype, name)) return;
  Object.defineProperty(tf.Tensor.prototype, name, { value: method, configurable: true, writable: true });
}
