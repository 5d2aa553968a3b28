import * as tf from '@tensorflow/tfjs-core';
import { mapDataset, type Dataset } from '@graft-ml/datasets';

/**
 * Data whose inputs lie in [0, 1], mapped to the range that a model takes.
 *
 * @returns the dataset itself when the range is [0, 1] already
 */
export function inRange(data: Dataset, [low, high]: readonly [number, number]): Dataset {
  if (low === 0 && high === 1) return data;
  return mapDataset(
    data,
    (batch) => ({
      ...batch,
      inputs: batch.inputs.map((input) => tf.tidy(() => tf.add(tf.mul(input, high - low), low))),
    }),
    { name: data.name, fingerprint: `range ${low} ${high}` },
  );
}
