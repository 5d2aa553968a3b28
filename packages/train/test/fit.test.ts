import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '@graft-ml/core';
import { cpu } from '@graft-ml/backend-cpu';
import { adam, evaluate, fit, type TrainEvent } from '../src/index.js';
import { clusters, toyNetwork, weightsOf } from './toys.js';

beforeAll(async () => {
  await useBackend(cpu());
});

describe('fit', () => {
  it('learns, and says what happens in order', async () => {
    const network = toyNetwork();
    const validation = clusters(60, 2);
    const before = await evaluate(network, validation);
    const events: TrainEvent[] = [];
    for await (const event of fit({ network, data: clusters(100, 1), validation, optimizer: adam({ learningRate: 0.05 }), epochs: 3, batchSize: 32, seed: 1 })) {
      events.push(event);
    }
    const after = await evaluate(network, validation);
    expect(after.loss).toBeLessThan(before.loss / 2);
    expect(after.metrics['accuracy']).toBeGreaterThan(0.9);
    const epoch = ['step', 'step', 'step', 'step', 'validation', 'epoch'];
    expect(events.map((event) => event.type)).toEqual(['start', ...epoch, ...epoch, ...epoch, 'end']);
    expect(events[0]).toMatchObject({ steps: 12, epochs: 3, stepsPerEpoch: 4, examples: 100, parameters: 2 * 8 + 8 + 8 * 3 + 3, resumedFrom: 0 });
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    const run = async (seed: number) => {
      const network = toyNetwork({ noise: true });
      await fit({ network, data: clusters(50, 1), steps: 10, batchSize: 16, seed }).result();
      return weightsOf(network);
    };
    const first = await run(3);
    expect(await run(3)).toEqual(first);
    expect(await run(4)).not.toEqual(first);
  });

  it('keeps the tensor count constant from step to step, and leaves nothing behind', async () => {
    const network = toyNetwork({ noise: true });
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    const training = fit({ network, data: clusters(50, 1), validation: clusters(9, 2), restoreBest: true, steps: 12, batchSize: 16, seed: 1, clipNorm: 1 });
    for await (const event of training) if (event.type === 'step') counts.push(tf.memory().numTensors);
    expect(new Set(counts.slice(4)).size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  });
});
