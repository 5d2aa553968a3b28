import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '@graft-ml/core';

/**
 * Numbers that a reference in another language makes just the same, so that its fixtures need not hold the weights:
 * a 32-bit linear congruential generator seeded by the name's characters, mapped to [−1, 1).
 */
export function formula(name: string, count: number): Float32Array {
  let state = 1;
  for (const character of name) state = (Math.imul(state, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  });
}

/** Fill every weight of a network by the formula, scaled by its kind so that values neither vanish nor explode. */
export function fillByFormula({ weights }: Network): void {
  for (const { name, shape, variable } of weights) {
    const count = shape.reduce((product, size) => product * size, 1);
    const fanIn = name.endsWith('depthwise_kernel') ? 9 : count / (shape.at(-1) ?? 1);
    const values = formula(name, count).map((value) => {
      if (name.endsWith('/gamma') || name.endsWith('/moving_variance')) return 1 + 0.5 * value;
      if (name.endsWith('kernel')) return value * Math.sqrt(6 / fanIn);
      return 0.1 * value;
    });
    variable.assign(tf.tensor(values, [...shape]));
  }
}
