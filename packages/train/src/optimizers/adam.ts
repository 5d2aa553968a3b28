import * as tf from '@tensorflow/tfjs-core';
import type { AdamSpec, AdamWSpec } from './optimizer-spec.js';
import type { UpdateRule } from './update-rule.js';

/**
 * See `adam` and `adamW`. The moments are kept without the constant factors (1 − β₁) and (1 − β₂), which are folded into
 * the step's scalars together with the bias corrections: M ← β₁M + g, V ← β₂V + g²,
 * w ← w − k·M / (√V + ε′). That is the same number in ten ops a weight instead of fourteen.
 */
export function adamRule(spec: AdamSpec | AdamWSpec): UpdateRule {
  const { beta1, beta2, epsilon } = spec;
  const decoupled = spec.kind === 'adamw';
  return {
    state: ['first-moment', 'second-moment'],
    prepare(step, learningRate, weightDecay) {
      // √(v̂) = √V · c, so m̂/(√v̂ + ε) = (M·(1−β₁)/(1−β₁ᵗ)) / (c·(√V + ε/c)).
      const c = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
      const scale = tf.scalar((learningRate * (1 - beta1)) / (1 - beta1 ** step) / c);
      const floor = tf.scalar(epsilon / c);
      const keepFirst = tf.scalar(beta1);
      const keepSecond = tf.scalar(beta2);
      const decay = tf.scalar(decoupled ? 1 - learningRate * weightDecay : weightDecay);
      return (value, gradient, [first, second]) => {
        const pull = decoupled || weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(value, decay));
        const from = decoupled && weightDecay !== 0 ? tf.mul(value, decay) : value;
        const square = tf.square(pull);
        const m = first === undefined ? pull : tf.add(tf.mul(first, keepFirst), pull);
        const v = second === undefined ? square : tf.add(tf.mul(second, keepSecond), square);
        return { value: tf.sub(from, tf.mul(tf.div(m, tf.add(tf.sqrt(v), floor)), scale)), state: [m, v] };
      };
    },
  };
}
