import type * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { GraftError, messageOf } from '../errors/graft-error.js';
import { assertKnownLayers } from './known-layers.js';

/** Weights in tfjs's own form: their names, shapes and types, and their bytes one after another. */
export interface RawWeights {
  readonly weightSpecs: tf.io.WeightsManifestEntry[];
  readonly weightData: ArrayBuffer;
}

/**
 * Build a tfjs model from its configuration, in tfjs's or Keras 2's own form.
 *
 * @param weights by name; without them the model is freshly initialised
 * @param from the file's name, for messages
 * @throws GraftError `bad-input` for a layer that nobody registered, `corrupt` when the configuration cannot be built or
 *   the weights do not fit it
 */
export async function buildFromTopology(
  topology: Readonly<Record<string, unknown>>,
  from: string,
  weights?: RawWeights,
): Promise<layers.LayersModel> {
  assertKnownLayers(topology, from);
  try {
    return await layers.loadLayersModel({
      load: () => Promise.resolve({ modelTopology: { ...topology }, ...weights }),
    });
  } catch (cause) {
    throw new GraftError({
      code: 'corrupt',
      what: `${from} could not be built: ${messageOf(cause)}.`,
      remedy: 'Save the model again, or check that all of its files are of one version.',
      cause,
    });
  }
}
