import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { wasm } from '@graft-ml/backend-wasm';
import { createRng, FUSED, useBackend } from '@graft-ml/core';
import { adam, adamW, sgd, type OptimizerSpec } from '../src/index.js';
import { ruleFor } from '../src/optimizers/rule-for.js';

const withheld: tf.KernelConfig[] = [];

beforeAll(async () => {
  await useBackend(wasm());
});

afterEach(() => {
  for (const config of withheld.splice(0)) tf.registerKernel(config);
});

/** Leave the update to the composed ops, as on a backend without the kernels. */
function withhold(): void {
  for (const name of [FUSED.adamUpdate, FUSED.sgdUpdate]) {
    const config: tf.KernelConfig | undefined = tf.getKernel(name, 'wasm');
    expect(config).toBeDefined();
    if (config === undefined) continue;
    withheld.push(config);
    tf.unregisterKernel(name, 'wasm');
  }
}

/** Three steps over weights of awkward sizes; every number of values and state as bits. */
async function bitsOf(spec: OptimizerSpec, shape: readonly number[], special: boolean): Promise<number[]> {
  const rng = createRng(7).fork(shape.join('x'));
  const size = tf.util.sizeFromShape([...shape]);
  const draw = (spread: number): Float32Array => Float32Array.from({ length: size }, () => rng.normal() * spread);
  const rule = ruleFor(spec);
  let value: tf.Tensor = tf.tensor(draw(0.3), [...shape]);
  let state: tf.Tensor[] = rule.state.map(() => tf.zeros([...shape]));
  for (let step = 1; step <= 3; step++) {
    const numbers = draw(10 ** (1 - 2 * step));
    // A zero gradient, the smallest normal and a subnormal number, and one whose square overflows.
    if (special) numbers.set([0, 1.2e-38, 1e-42, -3e25].slice(0, size));
    const gradient = tf.tensor(numbers, [...shape]);
    const before = [value, gradient, ...state];
    const inputs = await Promise.all(before.map((tensor) => tensor.data().then((data) => Float32Array.from(data))));
    const updated = tf.tidy(() => {
      const { value: next, state: kept } = rule.prepare(step, spec.learningRate * step, spec.weightDecay)(
        value,
        gradient,
        state,
      );
      return [next, ...kept];
    });
    // Buffers are shared between variables, so what went in must still be what it was.
    for (const [index, tensor] of before.entries()) expect(await tensor.data()).toEqual(inputs[index]);
    tf.dispose(before);
    const [next, ...kept] = updated;
    if (next === undefined) throw new Error('The rule gave no value.');
    value = next;
    state = kept;
  }
  const arrays = await Promise.all([value, ...state].map((tensor) => tensor.data()));
  tf.dispose([value, ...state]);
  return arrays.flatMap((data) => [...new Uint32Array(Float32Array.from(data).buffer)]);
}

const specs: Readonly<Record<string, OptimizerSpec>> = {
  adam: adam(),
  'adam with L2': adam({ weightDecay: 0.02, epsilon: 1e-3 }),
  adamW: adamW({ learningRate: 3e-3, weightDecay: 0.1 }),
  'adamW without decay': adamW({ weightDecay: 0 }),
  sgd: sgd({ learningRate: 0.1 }),
  'sgd with L2': sgd({ weightDecay: 0.01 }),
  momentum: sgd({ momentum: 0.9 }),
  'momentum with L2': sgd({ momentum: 0.9, weightDecay: 0.01 }),
  nesterov: sgd({ momentum: 0.9, nesterov: true }),
  'nesterov with L2': sgd({ momentum: 0.8, nesterov: true, weightDecay: 0.05 }),
};

describe('fused updates give the same bits as the ops that they replace, and write into fresh tensors', () => {
  describe.each(Object.entries(specs))('%s', (_, spec) => {
    test.each([
      [[], false],
      [[1], true],
      [[3], false],
      [[4], true],
      [[5, 7], true],
      [[3, 3, 8, 17], false],
      [[0, 4], false],
    ] as const)('shape %j, extreme gradients %s', async (shape, special) => {
      const tensors = tf.memory().numTensors;
      const fused = await bitsOf(spec, shape, special);
      withhold();
      const composed = await bitsOf(spec, shape, special);
      expect(fused).toEqual(composed);
      expect(fused.length).toBe(tf.util.sizeFromShape([...shape]) * (1 + ruleFor(spec).state.length));
      expect(tf.memory().numTensors).toBe(tensors);
    });
  });
});
