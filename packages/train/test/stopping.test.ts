import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '@graft-ml/core';
import { cpu } from '@graft-ml/backend-cpu';
import { adam, evaluate, fit, sgd, type TrainEvent, type ValidationEvent } from '../src/index.js';
import { judge, watchOf, type Watched } from '../src/loop/watch.js';
import { clusters, toyNetwork, weightsOf } from './toys.js';

beforeAll(async () => {
  await useBackend(cpu());
});

describe('early stopping', () => {
  it('stops as soon as the metric reaches its target', async () => {
    const network = toyNetwork();
    const result = await fit({
      network,
      data: clusters(90, 1),
      validation: clusters(60, 2),
      optimizer: adam({ learningRate: 0.05 }),
      earlyStopping: { metric: 'accuracy', target: 0.85 },
      validateEvery: 1,
      epochs: 50,
      seed: 1,
    }).result();
    expect(result.stopReason).toBe('target');
    expect(result.steps).toBeLessThan(100);
    expect(result.best?.value).toBeGreaterThanOrEqual(0.85);
    const { metrics } = await evaluate(network, clusters(60, 2));
    expect(metrics['accuracy']).toBe(result.best?.value);
  });

  it('stops when the metric no longer improves, and puts the best weights back', async () => {
    const network = toyNetwork();
    const validations: ValidationEvent[] = [];
    // A rate so high that the loss soon rises again.
    const training = fit({
      network,
      data: clusters(30, 1),
      validation: clusters(30, 2),
      optimizer: sgd({ learningRate: 3, momentum: 0.9 }),
      earlyStopping: { metric: 'loss', patience: 3 },
      restoreBest: true,
      validateEvery: 1,
      batchSize: 10,
      steps: 200,
      seed: 1,
    });
    for await (const event of training) if (event.type === 'validation') validations.push(event);
    const result = await training.result();
    expect(result.stopReason).toBe('patience');
    expect(validations.slice(-3).map((event) => event.improved)).toEqual([false, false, false]);
    expect(validations.at(-4)?.improved).toBe(true);
    expect(result.best).toMatchObject({
      metric: 'loss',
      step: result.steps - 3,
      value: Math.min(...validations.map((event) => event.loss)),
    });
    const { loss } = await evaluate(network, clusters(30, 2));
    expect(loss).toBe(result.best?.value);
  });

  it('judges by minDelta and by the metric’s direction', () => {
    const none: Watched = { best: null, waited: 0 };
    const at = (value: number) => ({ step: 1, epoch: 1, metric: 'x', value });
    const rising = watchOf({ metric: 'x', minDelta: 0.1, patience: 2 }, ['x']);
    const first = judge(rising, none, at(0.5));
    expect(first).toMatchObject({ improved: true, stop: null });
    const second = judge(rising, first.watched, at(0.55));
    expect(second).toMatchObject({ improved: false, stop: null, watched: { waited: 1 } });
    expect(judge(rising, second.watched, at(0.6))).toMatchObject({ improved: false, stop: 'patience' });
    expect(judge(rising, second.watched, at(0.7))).toMatchObject({
      improved: true,
      stop: null,
      watched: { waited: 0 },
    });
    const falling = watchOf({ metric: 'logLoss', target: 0.2 }, ['logLoss']);
    expect(falling.mode).toBe('min');
    expect(judge(falling, none, at(0.21)).stop).toBeNull();
    expect(judge(falling, none, at(0.2)).stop).toBe('target');
    expect(() => judge(rising, none, at(Number.NaN))).toThrow(/"x".*NaN/);
  });
});

describe('stopping early', () => {
  it('by leaving the iteration cleans up, keeps the last step’s weights and says so', async () => {
    const network = toyNetwork();
    const before = tf.memory().numTensors;
    const start = await weightsOf(network);
    const training = fit({ network, data: clusters(30, 1), batchSize: 10, steps: 50, seed: 1 });
    for await (const event of training) if (event.type === 'step' && event.step === 3) break;
    expect(tf.memory().numTensors).toBe(before);
    expect(await weightsOf(network)).not.toEqual(start);
    await expect(training.result()).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('by a signal that fires from a timer works: the loop lets timers run', async () => {
    const abort = new AbortController();
    const training = fit({
      network: toyNetwork(),
      data: clusters(30, 1),
      batchSize: 10,
      steps: 1_000_000,
      seed: 1,
      signal: abort.signal,
    });
    setTimeout(() => {
      abort.abort();
    }, 50);
    await expect(training.result()).rejects.toMatchObject({
      code: 'cancelled',
      message: expect.stringContaining('of 1000000'),
    });
  });

  it('result() goes on where the iteration is', async () => {
    const training = fit({ network: toyNetwork(), data: clusters(30, 1), batchSize: 10, steps: 7, seed: 1 });
    const events = training[Symbol.asyncIterator]();
    const seen: (TrainEvent | undefined)[] = [(await events.next()).value, (await events.next()).value];
    expect(seen.map((event) => event?.type)).toEqual(['start', 'step']);
    expect(await training.result()).toMatchObject({ steps: 7, epochs: 3, stopReason: 'done' });
  });
});
