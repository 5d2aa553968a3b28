import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cpu } from '@graft-ml/backend-cpu';
import { networkOf, predict, useBackend } from '@graft-ml/core';
import { mlp, mobilenetV1, seedCnn } from '@graft-ml/zoo';
import { withInputSize } from '../src/input-size.js';

beforeAll(() => useBackend(cpu()));

describe('withInputSize', () => {
  it('gives what the architecture gives when it is made for that size, from the same weights', async () => {
    const made = { seed: 1, alpha: 0.25, classes: 3 };
    const source = mobilenetV1({ ...made, inputShape: [64, 64, 3] });
    const same = mobilenetV1({ ...made, inputShape: [32, 40, 3] });
    const resized = withInputSize(source, [32, 40]);
    expect(resized.inputs[0]?.shape).toEqual([null, 32, 40, 3]);
    const picture = tf.randomUniform([1, 32, 40, 3], -1, 1, 'float32', 7);
    const [found, expected] = [resized, same].map((model) => predict(networkOf(model), [picture])[0]);
    expect([...((await found?.data()) ?? [])]).toEqual([...((await expected?.data()) ?? [1])]);
    tf.dispose([picture, found ?? [], expected ?? []]);
    for (const model of [source, same, resized]) model.dispose();
  });

  it('leaves the source as it is, and nothing behind', () => {
    const source = mobilenetV1({ seed: 1, alpha: 0.25, inputShape: [64, 64, 3], classes: 3 });
    const tensors = tf.memory().numTensors;
    withInputSize(source, [32, 32]).dispose();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(source.inputs[0]?.shape).toEqual([null, 64, 64, 3]);
    source.dispose();
  });

  it('refuses a model whose layers depend on the size, or that takes no pictures', () => {
    const flat = seedCnn({ seed: 1 });
    expect(() => withInputSize(flat, [56, 56])).toThrow(/does not take pictures of 56 × 56 pixels/);
    const numbers = mlp({ inputs: 4, outputs: 1, activation: 'linear', seed: 1, name: 'numbers' });
    expect(() => withInputSize(numbers, [56, 56])).toThrow(/A model of pictures/);
    for (const model of [flat, numbers]) model.dispose();
  });
});
