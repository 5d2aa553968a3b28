import * as tf from '@tensorflow/tfjs-core';
import { GraftError, type Network } from '@graft-ml/core';
import { checkNumber } from '../check-number.js';
import type { OwnedTerm } from './owned-term.js';

export interface L2SpOptions {
  /** The network that will be trained, or one that its trained part was cut from; its present values are the start. */
  readonly network: Network;
  /** Names of the weights that came from the source. */
  readonly fromSource: readonly string[];
  /** α, the pull of those towards the source, at least 0. */
  readonly strength: number;
  /** β, the pull of all other trained weights (the new head) towards 0. Default: `strength`. */
  readonly headStrength?: number;
}

/**
 * L2-SP: keep weights near the source's instead of near zero. Adds α/2·Σ‖w − w⁰‖² over the weights from the source and
 * β/2·Σ‖w‖² over the new ones (Li, Grandvalet & Davoine 2018, https://arxiv.org/abs/1802.01483, eq. 3).
 *
 * It remembers the weights as they are when it is made; that costs memory only for those that training changes.
 *
 * @throws GraftError `bad-input` when no weight comes from the source, or for a strength below 0; `not-found` for a name
 *   that the network does not have
 */
export function l2Sp(options: L2SpOptions): OwnedTerm {
  const { network, fromSource, strength, headStrength = strength } = options;
  checkNumber('The strength of L2-SP is', strength, 'of at least 0');
  checkNumber('The head strength of L2-SP is', headStrength, 'of at least 0');
  if (fromSource.length === 0) {
    throw new GraftError({
      code: 'bad-input',
      what: 'L2-SP was given no weights from a source.',
      expected: 'Weights to stay near to were expected.',
      remedy: 'Transfer from a source model, or use plain weight decay.',
    });
  }
  const byName = new Map(network.weights.map((weight) => [weight.name, weight]));
  const missing = fromSource.find((name) => !byName.has(name));
  if (missing !== undefined) {
    throw new GraftError({ code: 'not-found', what: `L2-SP names the weight "${missing}", which the network lacks.` });
  }
  const start = new Map<string, tf.Tensor>();
  for (const name of fromSource) {
    const weight = byName.get(name);
    if (weight !== undefined && !weight.statistic)
      start.set(
        name,
        tf.tidy(() => tf.clone(weight.variable)),
      );
  }
  return {
    name: `l2-sp ${strength} ${headStrength}`,
    compute({ weights }) {
      const pulls = Array.from(weights, ([name, variable]) => {
        const origin = start.get(name);
        const away = origin === undefined ? variable : tf.sub(variable, origin);
        return tf.mul(tf.sum(tf.square(away)), (origin === undefined ? headStrength : strength) / 2);
      });
      return tf.addN(pulls);
    },
    dispose() {
      tf.dispose([...start.values()]);
      start.clear();
    },
  };
}
