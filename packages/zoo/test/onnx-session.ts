import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Pictures [B, H, W, C] as [B, C, H, W], and back. */
export async function transposed(data: Float32Array, shape: readonly number[], order: number[]): Promise<Float32Array> {
  const tensor = tf.tidy(() => tf.transpose(tf.tensor(data, [...shape]), order));
  const values = Float32Array.from(await tensor.data());
  tensor.dispose();
  return values;
}

/**
 * Run an ONNX file in onnxruntime-node, which none of Graft's code is part of.
 *
 * @param data [B, H, W, C], or anything of another rank
 * @returns the output in TensorFlow's layout
 */
export async function runOnnx(file: Uint8Array, data: Float32Array, shape: readonly number[]): Promise<Float32Array> {
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  try {
    const [batch = 1, height = 1, width = 1, channels = 1] = shape;
    const input =
      shape.length === 4
        ? new Tensor('float32', await transposed(data, shape, [0, 3, 1, 2]), [batch, channels, height, width])
        : new Tensor('float32', data, shape);
    const results = await session.run({ input });
    const [output] = session.outputNames.map((name) => results[name]);
    if (output === undefined || !(output.data instanceof Float32Array)) throw new Error('no floats came out');
    return output.dims.length === 4 ? await transposed(output.data, output.dims, [0, 2, 3, 1]) : output.data;
  } finally {
    await session.release();
  }
}

/** The largest difference of two arrays. */
export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let most = 0;
  for (let at = 0; at < a.length; at++) {
    const gap = Math.abs((a[at] ?? 0) - (b[at] ?? 0));
    most = Number.isNaN(gap) ? Infinity : Math.max(most, gap);
  }
  return most;
}
