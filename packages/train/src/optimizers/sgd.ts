import * as tf from '@tensorflow/tfjs-core';
import { FUSED, runFused } from '@graft-ml/core';
import { fusedOrComposed } from './fused-or-composed.js';
import type { SgdSpec } from './optimizer-spec.js';
import type { UpdateRule, UpdateWeight } from './update-rule.js';

/** A step's numbers for one parameter group. */
interface SgdStep {
  readonly rate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly decay: number;
  readonly decaying: 'none' | 'added';
}

/**
 * See `sgd`. Without momentum it keeps no state and takes two ops a weight, with it four; one pass where the backend has a
 * kernel for it.
 */
export function sgdRule(spec: SgdSpec): UpdateRule {
  const { momentum, nesterov } = spec;
  return {
    state: momentum > 0 ? ['momentum'] : [],
    prepare(_step, learningRate, weightDecay) {
      const decaying = weightDecay === 0 ? 'none' : 'added';
      const numbers: SgdStep = { rate: learningRate, momentum, nesterov, decay: weightDecay, decaying };
      return fusedOrComposed(fusedSgd(numbers), () => composedSgd(numbers));
    },
  };
}

function fusedSgd(numbers: SgdStep): (...given: Parameters<UpdateWeight>) => ReturnType<UpdateWeight> | undefined {
  return (value, gradient, [velocity]) => {
    const inputs = { value, gradient, ...(velocity === undefined ? {} : { velocity }) };
    const [moved, ...state] = runFused(FUSED.sgdUpdate, inputs, { ...numbers }) ?? [];
    return moved === undefined ? undefined : { value: moved, state };
  };
}

function composedSgd(numbers: SgdStep): UpdateWeight {
  const rate = tf.scalar(numbers.rate);
  const momentum = tf.scalar(numbers.momentum);
  const decay = tf.scalar(numbers.decay);
  return (value, gradient, [velocity]) => {
    const pull = numbers.decaying === 'none' ? gradient : tf.add(gradient, tf.mul(value, decay));
    if (velocity === undefined) return { value: tf.sub(value, tf.mul(pull, rate)), state: [] };
    const moved = tf.add(tf.mul(velocity, momentum), pull);
    const direction = numbers.nesterov ? tf.add(pull, tf.mul(moved, momentum)) : moved;
    return { value: tf.sub(value, tf.mul(direction, rate)), state: [moved] };
  };
}
