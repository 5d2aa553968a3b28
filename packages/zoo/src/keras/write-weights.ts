import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import { GraftError } from '@graft-ml/core';
import type { H5Array } from './h5/h5-file.js';

/** A weight of a tfjs layer, and the array of the file that it is to hold. */
export interface Assignment {
  readonly variable: LayerVariable;
  readonly array: H5Array;
  /** The array's path in the file, for messages. */
  readonly path: string;
}

/**
 * Write arrays into weights: all of them, or, when one does not fit, none.
 *
 * @throws GraftError `corrupt` when a shape does not fit, or an array cannot be read
 */
export function writeWeights(assignments: readonly Assignment[], from: string): void {
  for (const { variable, array, path } of assignments) {
    // Checked before the numbers are read: a shape may claim far more of them than the file holds.
    if (array.shape.join() !== variable.shape.join()) {
      throw new GraftError({
        code: 'corrupt',
        what: `"${path}" of ${from} has shape [${array.shape.join(', ')}].`,
        expected: `The weight "${variable.originalName}" has shape [${variable.shape.join(', ')}].`,
      });
    }
  }
  const values = assignments.map(({ array }) => array.read());
  for (const [index, { variable, array }] of assignments.entries()) {
    const tensor = tf.tensor(values[index] ?? [], [...array.shape], 'float32');
    variable.write(tensor);
    tensor.dispose();
  }
}

/** @throws GraftError `corrupt`: a layer and the file disagree on the number of weights */
export function miscounted(layer: string, found: number, wanted: number, from: string): GraftError {
  return new GraftError({
    code: 'corrupt',
    what: `${from} has ${found} weights for the layer "${layer}".`,
    expected: `The layer has ${wanted}.`,
    remedy: 'The weights are of another model, or of another version of it.',
  });
}
