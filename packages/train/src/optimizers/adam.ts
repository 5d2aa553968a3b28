import * as tf from '@tensorflow/tfjs-core';
import { FUSED, runFused } from '@graft-ml/core';
import { fusedOrComposed } from './fused-or-composed.js';
import type { AdamSpec, AdamWSpec } from './optimizer-spec.js';
import type { UpdateRule, UpdateWeight } from './update-rule.js';

/** A step's numbers for one parameter group. The moments are kept without the factors (1 − β₁) and (1 − β₂). */
interface AdamStep {
  readonly scale: number;
  readonly floor: number;
  readonly keepFirst: number;
  readonly keepSecond: number;
  readonly decay: number;
  readonly decaying: 'none' | 'added' | 'decoupled';
}

/**
 * See `adam` and `adamW`. The moments are kept without the constant factors (1 − β₁) and (1 − β₂), which are folded into
 * the step's scalars together with the bias corrections: M ← β₁M + g, V ← β₂V + g²,
 * w ← w − k·M / (√V + ε′). That is the same number in ten ops a weight instead of fourteen, and in one pass where the
 * backend has a kernel for it.
 */
export function adamRule(spec: AdamSpec | AdamWSpec): UpdateRule {
  const { beta1, beta2, epsilon } = spec;
  const decoupled = spec.kind === 'adamw';
  return {
    state: ['first-moment', 'second-moment'],
    prepare(step, learningRate, weightDecay) {
      // √(v̂) = √V · c, so m̂/(√v̂ + ε) = (M·(1−β₁)/(1−β₁ᵗ)) / (c·(√V + ε/c)).
      const c = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
      const numbers: AdamStep = {
        scale: (learningRate * (1 - beta1)) / (1 - beta1 ** step) / c,
        floor: epsilon / c,
        keepFirst: beta1,
        keepSecond: beta2,
        decay: decoupled ? 1 - learningRate * weightDecay : weightDecay,
        decaying: weightDecay === 0 ? 'none' : decoupled ? 'decoupled' : 'added',
      };
      return fusedOrComposed(fusedAdam(numbers), () => composedAdam(numbers));
    },
  };
}

function fusedAdam(numbers: AdamStep): (...given: Parameters<UpdateWeight>) => ReturnType<UpdateWeight> | undefined {
  return (value, gradient, [first, second]) => {
    if (first === undefined || second === undefined) return undefined;
    const outputs = runFused(FUSED.adamUpdate, { value, gradient, first, second }, { ...numbers });
    const [moved, ...state] = outputs ?? [];
    return moved === undefined ? undefined : { value: moved, state };
  };
}

function composedAdam(numbers: AdamStep): UpdateWeight {
  const { decaying } = numbers;
  const scale = tf.scalar(numbers.scale);
  const floor = tf.scalar(numbers.floor);
  const keepFirst = tf.scalar(numbers.keepFirst);
  const keepSecond = tf.scalar(numbers.keepSecond);
  const decay = tf.scalar(numbers.decay);
  return (value, gradient, [first, second]) => {
    const pull = decaying === 'added' ? tf.add(gradient, tf.mul(value, decay)) : gradient;
    const from = decaying === 'decoupled' ? tf.mul(value, decay) : value;
    const square = tf.square(pull);
    const m = first === undefined ? pull : tf.add(tf.mul(first, keepFirst), pull);
    const v = second === undefined ? square : tf.add(tf.mul(second, keepSecond), square);
    return { value: tf.sub(from, tf.mul(tf.div(m, tf.add(tf.sqrt(v), floor)), scale)), state: [m, v] };
  };
}
