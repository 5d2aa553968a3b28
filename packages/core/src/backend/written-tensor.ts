import * as tf from '@tensorflow/tfjs-core';

/**
 * Makes a float32 tensor on its engine's own memory and lets `write` put every one of its numbers there. `write` gets
 * numbers of no meaning, must not keep the view, and makes no tensors.
 */
export type WriteInPlace = (shape: readonly number[], write: (values: Float32Array) => void) => tf.TensorInfo;

const writers = new WeakMap<object, WriteInPlace>();

/** For backends whose memory the program can reach: how the running engine (`tf.backend()`) takes numbers in place. */
export function takesNumbersInPlace(engine: object, writer: WriteInPlace): void {
  writers.set(engine, writer);
}

/**
 * A new float32 tensor whose numbers `write` puts into the array that it is given, all of them. That array is the
 * tensor's own memory where the engine lets it be reached, which saves an array and a copy for every batch; elsewhere it
 * is a new one, of zeros.
 *
 * @param write must not keep the array, and makes no tensors
 */
export function writtenTensor(shape: readonly number[], write: (values: Float32Array) => void): tf.Tensor {
  const writer = writers.get(tf.backend());
  if (writer !== undefined) return tf.engine().makeTensorFromTensorInfo(writer(shape, write));
  const values = new Float32Array(tf.util.sizeFromShape([...shape]));
  write(values);
  return tf.tensor(values, [...shape], 'float32');
}
