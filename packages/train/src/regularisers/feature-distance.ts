import * as tf from '@tensorflow/tfjs-core';
import { forward, GraftError, subnetwork, type Network } from '@graft-ml/core';
import { checkNumber } from '../check-number.js';
import type { Term } from '../loop/term.js';

export interface FeatureDistanceOptions {
  /** The source, as it was: from the same inputs as the network that is trained, with nodes of the same paths. */
  readonly source: Network;
  /** Nodes whose outputs shall stay near the source's. */
  readonly paths: readonly string[];
  /** Factor on the term, at least 0. */
  readonly strength: number;
  /** The share of each channel, by path; adding up to 1 (see `channelAttention`). Default: all channels alike. */
  readonly attention?: ReadonlyMap<string, readonly number[]>;
}

/**
 * Keep what layers give near what the source's layers give for the same inputs: adds strength/2 · Σ over layers of
 * C · Σ over channels a_c · ‖F_c − F⁰_c‖² / (H·W), the mean over the batch, where the attentions a_c add up to 1 (DELTA, Li
 * et al. 2019, https://arxiv.org/abs/1901.09229, eq. 5–6, scaled by the size of the map as in the authors' code).
 *
 * @throws GraftError `not-found` for a path that the source does not have, `bad-input` for a negative strength, no paths, or
 *   attentions that do not fit
 */
export function featureDistance(options: FeatureDistanceOptions): Term {
  const { source, paths, strength, attention } = options;
  checkNumber('The strength of the feature distance is', strength, 'of at least 0');
  const nodes = paths.map((path) => source.nodes.find((node) => node.path === path));
  const missing = paths.find((_, at) => nodes[at] === undefined);
  if (missing !== undefined || paths.length === 0) {
    throw new GraftError({
      code: missing === undefined ? 'bad-input' : 'not-found',
      what: missing === undefined ? 'No layers were given to compare.' : `The source has no layer "${missing}".`,
      expected: 'Paths of layers that both networks have were expected.',
    });
  }
  const slots = nodes.flatMap((node) => node?.outputs[0] ?? []);
  const teacher = subnetwork(source, { outputs: slots });
  return {
    name: `feature-distance ${strength} of ${paths.join(' ')}${attention === undefined ? '' : ' with attention'}`,
    watches: paths,
    compute({ batch, activations }) {
      // The source's side is no function of the trained weights: nothing flows back through it.
      const origins = forward(teacher, batch.inputs);
      const parts = paths.map((path, at) => {
        const [origin, present] = [origins[at], activations.get(path)];
        if (origin === undefined || present === undefined) return tf.scalar(0);
        return distance(present, origin, attention?.get(path));
      });
      return tf.mul(tf.addN(parts), strength / 2);
    },
  };
}

function distance(present: tf.Tensor, origin: tf.Tensor, attention: readonly number[] | undefined): tf.Tensor {
  const [batch = 1] = present.shape;
  const channels = present.shape.at(-1) ?? 1;
  const positions = present.size / batch / channels;
  if (attention !== undefined && attention.length !== channels) {
    throw new GraftError({
      code: 'bad-input',
      what: `There are ${attention.length} attentions for ${channels} channels.`,
      expected: 'One for each channel was expected.',
    });
  }
  const squares = tf.sum(tf.reshape(tf.square(tf.sub(present, origin)), [-1, channels]), 0);
  const weighted = attention === undefined ? squares : tf.mul(squares, tf.tensor1d([...attention]));
  const scale = (attention === undefined ? 1 : channels) / (batch * positions);
  return tf.mul(tf.sum(weighted), scale);
}
