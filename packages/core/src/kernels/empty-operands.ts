import * as tf from '@tensorflow/tfjs-core';
import type { ComposedKernel } from './composed-kernel.js';

/**
 * Sums over nothing: products over an empty axis, and segments of no rows. They are zeros; tfjs 4.22's WebGL and WebGPU
 * engines fail on them while they compile a shader or bind a buffer without bytes.
 */
export const emptyOperandKernels: readonly ComposedKernel[] = [
  {
    name: 'BatchMatMul',
    compose: ({ inputs: { a, b }, attrs }) => emptyProduct(a, b, attrs),
  },
  {
    name: '_FusedMatMul',
    compose({ inputs: { a, b, bias, preluActivationWeights: slopes }, attrs }) {
      const product = emptyProduct(a, b, attrs);
      if (product === undefined) return undefined;
      const sum = bias === undefined ? product : tf.add(product, bias);
      switch (attrs['activation']) {
        case 'relu':
          return tf.relu(sum);
        case 'relu6':
          return tf.relu6(sum);
        case 'elu':
          return tf.elu(sum);
        case 'sigmoid':
          return tf.sigmoid(sum);
        case 'leakyrelu':
          return tf.leakyRelu(sum, Number(attrs['leakyreluAlpha']));
        case 'prelu':
          return slopes === undefined ? sum : tf.prelu(sum, slopes);
        default:
          return sum;
      }
    },
  },
  {
    name: 'UnsortedSegmentSum',
    compose({ inputs: { x }, attrs }) {
      return x === undefined || x.size > 0
        ? undefined
        : tf.zeros([Number(attrs['numSegments']), ...x.shape.slice(1)], x.dtype);
    },
  },
];

/** Undefined where there is something to multiply. */
function emptyProduct(
  a: tf.Tensor | undefined,
  b: tf.Tensor | undefined,
  attrs: tf.NamedAttrMap,
): tf.Tensor | undefined {
  if (a === undefined || b === undefined || (a.size > 0 && b.size > 0)) return undefined;
  const rows = a.shape.at(attrs['transposeA'] === true ? -1 : -2) ?? 0;
  const columns = b.shape.at(attrs['transposeB'] === true ? -2 : -1) ?? 0;
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return tf.zeros([...outer, rows, columns]);
}
