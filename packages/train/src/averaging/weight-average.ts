import * as tf from '@tensorflow/tfjs-core';
import type { NetworkWeight } from '@graft-ml/core';
import type { Follower } from '../loop/follower.js';

/**
 * How far an average moves towards the present weights after a step: 0 leaves it, 1 replaces it. A function of the step
 * alone, so that a resumed run goes on with the same average.
 */
export type Pace = (step: number, total: number) => number;

/** A follower that keeps a moving average of weights and statistics and ends the training with it. */
export function weightAverage(name: string, pace: Pace): Follower {
  let followed: readonly NetworkWeight[] = [];
  let averages: ReadonlyMap<string, tf.Tensor> = new Map();
  const replace = (next: ReadonlyMap<string, tf.Tensor>): void => {
    for (const [key, old] of averages) if (next.get(key) !== old) old.dispose();
    averages = next;
  };
  return {
    name,
    get tensors() {
      return averages;
    },
    start(weights) {
      followed = weights;
      // A copy shares its buffer with the weight until training replaces that.
      replace(new Map(weights.map((weight) => [weight.name, tf.tidy(() => tf.clone(weight.variable))])));
    },
    afterStep(step, total) {
      const share = pace(step, total);
      if (share === 0) return;
      const next = followed.map(({ name: key, variable }) => {
        const average = averages.get(key);
        const moved = tf.tidy(() =>
          average === undefined || share === 1
            ? tf.clone(variable)
            : tf.add(average, tf.mul(tf.sub(variable, average), share)),
        );
        return [key, moved] as const;
      });
      replace(new Map(next));
    },
    hold: replace,
    finish() {
      for (const { name: key, variable } of followed) {
        const average = averages.get(key);
        if (average !== undefined) variable.assign(average);
      }
    },
    dispose() {
      replace(new Map());
      followed = [];
    },
  };
}
