import * as tf from '@tensorflow/tfjs-core';
import type { ComposedKernel } from '@graft-ml/core';

/**
 * Sums by segment, the gradient of gather, without rows whose id is out of range: TensorFlow drops them, tfjs 4.22's WebGPU
 * shader adds them to the nearest segment. They are sent to one segment more, which is cut off.
 */
export const segmentSum: ComposedKernel = {
  name: 'UnsortedSegmentSum',
  compose({ inputs: { x, segmentIds }, attrs, own }) {
    if (x === undefined || segmentIds === undefined || x.size === 0) return undefined;
    const count = Number(attrs['numSegments']);
    const inside = tf.logicalAnd(tf.greaterEqual(segmentIds, 0), tf.less(segmentIds, count));
    const ids = tf.where(inside, segmentIds, tf.scalar(count, 'int32'));
    const sums = own({ x, segmentIds: ids }, { numSegments: count + 1 });
    return tf.slice(sums, 0, count);
  },
};
