import * as tf from '@tensorflow/tfjs-core';
import { cpu } from '@graft-ml/backend-cpu';
import { createRng, networkOf, parameterCount, reinitialise, useBackend } from '@graft-ml/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallCnn, zooEntry } from '../src/index.js';

beforeAll(async () => {
  await useBackend(cpu());
});

describe('smallCnn', () => {
  it('has below 100,000 parameters, and the cuts that its entry says', () => {
    const model = smallCnn({ seed: 1 });
    expect(parameterCount(networkOf(model).weights)).toBe(80_106);
    for (const { path, shape } of zooEntry('small-cnn').cuts) {
      const output = model.getLayer(path).output;
      expect(Array.isArray(output) ? [] : output.shape.slice(1), path).toEqual(shape);
    }
    const inStages = zooEntry('small-cnn').stages?.flatMap(({ paths }) => paths);
    const withWeights = networkOf(model).nodes.filter((node) => node.weights.length > 0);
    expect(inStages).toEqual(withWeights.map(({ path }) => path));
  });

  it('takes its weights from the seed alone, as reinitialise does', async () => {
    const options = { inputShape: [8, 8, 3], classes: 4 };
    const first = smallCnn({ seed: 3, ...options });
    const fresh = reinitialise(networkOf(smallCnn({ seed: 4, ...options })), createRng(3), 'fresh');
    for (const [at, { name, variable }] of networkOf(first).weights.entries()) {
      const other = networkOf(fresh).weights[at]?.variable;
      expect(await other?.data(), name).toEqual(await variable.data());
    }
    const outputs = tf.tidy(() => first.predict(tf.zeros([2, 8, 8, 3])));
    expect(Array.isArray(outputs) ? [] : outputs.shape).toEqual([2, 4]);
  });

  it('refuses pictures that are too small', () => {
    expect(() => smallCnn({ seed: 1, inputShape: [7, 8, 1] })).toThrow(/at least \[8, 8, 1\]/);
  });
});
