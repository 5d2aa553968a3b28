import type * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { GraftError, messageOf } from '../errors/graft-error.js';
import { assertKnownLayers } from './known-layers.js';
import { assertSoundGraphs } from './sound-graph.js';
import { withWeightBudget } from './weight-budget.js';

/** Weights in tfjs's own form: their names, shapes and types, and their bytes one after another. */
export interface RawWeights {
  readonly weightSpecs: tf.io.WeightsManifestEntry[];
  readonly weightData: ArrayBuffer;
}

export interface BuildOptions {
  /** By name; without them the model is freshly initialised. */
  readonly weights?: RawWeights;
  /** More bytes of weights (4 each) than this are refused before they are allocated. */
  readonly mostWeightBytes: number;
}

/**
 * Build a tfjs model from its configuration, in tfjs's or Keras 2's own form.
 *
 * @param from the file's name, for messages
 * @throws GraftError `bad-input` for a layer that nobody registered, `corrupt` when the configuration cannot be built,
 *   asks for more weights than allowed, or the weights do not fit it
 */
export async function buildFromTopology(
  topology: Readonly<Record<string, unknown>>,
  from: string,
  { weights, mostWeightBytes }: BuildOptions,
): Promise<layers.LayersModel> {
  assertKnownLayers(topology, from);
  assertSoundGraphs(topology, from);
  try {
    return await withWeightBudget(mostWeightBytes, from, () =>
      layers.loadLayersModel({ load: () => Promise.resolve({ modelTopology: { ...topology }, ...weights }) }),
    );
  } catch (cause) {
    if (cause instanceof GraftError) throw cause;
    throw new GraftError({
      code: 'corrupt',
      what: `${from} could not be built: ${messageOf(cause)}.`,
      remedy: 'Save the model again, or check that all of its files are of one version.',
      cause,
    });
  }
}
