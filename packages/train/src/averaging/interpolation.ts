import * as tf from '@tensorflow/tfjs-core';
import type { NetworkWeight } from '@graft-ml/core';
import { checkNumber } from '../check-number.js';
import type { Follower } from '../loop/follower.js';

/**
 * End a training between where it began and where it came to: weights = (1 − α)·start + α·end (WiSE-FT, Wortsman et al. 2022,
 * https://arxiv.org/abs/2109.01903, section 3). What training learnt and what it forgot are traded against each other.
 *
 * @param alpha from 0 (as if it had not been trained) to 1 (as trained); default 0.5, as the paper advises without data to
 *   choose by
 * @throws GraftError `bad-input` for an alpha outside 0 … 1
 */
export function interpolation(alpha = 0.5): Follower {
  checkNumber('The alpha of interpolation is', alpha, 'from 0 to 1');
  let followed: readonly NetworkWeight[] = [];
  let starts: ReadonlyMap<string, tf.Tensor> = new Map();
  const hold = (next: ReadonlyMap<string, tf.Tensor>): void => {
    tf.dispose([...starts.values()]);
    starts = next;
  };
  return {
    name: `interpolation ${alpha}`,
    get tensors() {
      return starts;
    },
    start(weights) {
      followed = weights;
      hold(new Map(weights.map(({ name, variable }) => [name, tf.tidy(() => tf.clone(variable))])));
    },
    afterStep: () => undefined,
    hold,
    finish() {
      for (const { name, variable } of followed) {
        const start = starts.get(name);
        if (start === undefined) continue;
        tf.tidy(() => {
          variable.assign(tf.add(tf.mul(start, 1 - alpha), tf.mul(variable, alpha)));
        });
      }
    },
    dispose() {
      hold(new Map());
      followed = [];
    },
  };
}
