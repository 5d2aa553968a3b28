import { cpu } from '@graft-ml/backend-cpu';
import { useBackend } from '@graft-ml/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { mlp } from '../src/index.js';

beforeAll(() => useBackend(cpu()));

describe('mlp', () => {
  it('has the layers asked for, and weights of the seed', async () => {
    const weights = async (seed: number): Promise<number[]> => {
      const model = mlp({ inputs: 3, hidden: [5], outputs: 2, activation: 'softmax', seed });
      expect(model.layers.map(({ name }) => name)).toEqual(['input', 'dense1', 'head']);
      expect(model.countParams()).toBe(3 * 5 + 5 + 5 * 2 + 2);
      const values = [...((await model.getLayer('dense1').getWeights()[0]?.data()) ?? [])];
      model.dispose();
      return values;
    };
    expect(await weights(1)).toEqual(await weights(1));
    expect(await weights(1)).not.toEqual(await weights(2));
  });

  it('refuses layers without units', () => {
    expect(() => mlp({ inputs: 3, hidden: [0], outputs: 1, seed: 0 })).toThrow(/layers of 3, 0, 1/);
  });
});
