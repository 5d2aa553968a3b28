import * as tf from '@tensorflow/tfjs-core';
import type { SgdSpec } from './optimizer-spec.js';
import type { UpdateRule } from './update-rule.js';

/** See `sgd`. Without momentum it keeps no state and takes two ops a weight, with it four. */
export function sgdRule(spec: SgdSpec): UpdateRule {
  const hasMomentum = spec.momentum > 0;
  return {
    state: hasMomentum ? ['momentum'] : [],
    prepare(_step, learningRate, weightDecay) {
      const rate = tf.scalar(learningRate);
      const momentum = tf.scalar(spec.momentum);
      const decay = tf.scalar(weightDecay);
      return (value, gradient, [velocity]) => {
        const pull = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(value, decay));
        if (!hasMomentum || velocity === undefined) return { value: tf.sub(value, tf.mul(pull, rate)), state: [] };
        const moved = tf.add(tf.mul(velocity, momentum), pull);
        const direction = spec.nesterov ? tf.add(pull, tf.mul(moved, momentum)) : moved;
        return { value: tf.sub(value, tf.mul(direction, rate)), state: [moved] };
      };
    },
  };
}
