import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { GraftError } from '@graft-ml/core';

/** What values are trained on as (y − mean) / sd by. */
export interface ValueScale {
  readonly mean: number;
  readonly sd: number;
}

/** Let a model that was trained on standardised values answer in the values' own units: its last layer takes that back. */
export function inOwnUnits(model: LayersModel, { mean, sd }: ValueScale): void {
  const head = model.layers.findLast((layer) => layer.weights.length > 0);
  const [kernel, bias] = head?.getWeights() ?? [];
  if (head === undefined || kernel === undefined || bias === undefined) {
    throw new GraftError({ code: 'internal', what: `"${model.name}" has no linear last layer.` });
  }
  const scaled = tf.tidy(() => [tf.mul(kernel, sd), tf.add(tf.mul(bias, sd), mean)]);
  head.setWeights(scaled);
  tf.dispose(scaled);
}
