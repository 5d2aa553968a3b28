import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraftError, memoryStore, useBackend, type Backend, type Store } from '@graft-ml/core';
import { cpu } from '@graft-ml/backend-cpu';
import { wasm } from '@graft-ml/backend-wasm';
import { adam, cosineSchedule, fit, sgd, type FitOptions, type TrainEvent } from '../src/index.js';
import { clusters, toyNetwork, weightsOf } from './toys.js';

const backends: readonly (readonly [string, () => Backend])[] = [
  ['cpu', cpu],
  ['wasm', wasm],
];
const NAME = 'checkpoint.safetensors';

// At once, because the table of other runs holds a network.
await useBackend(cpu());

function settings(): Omit<FitOptions, 'network'> {
  return {
    data: clusters(40, 1),
    validation: clusters(12, 2),
    optimizer: adam({ learningRate: 0.02 }),
    schedule: cosineSchedule(),
    restoreBest: true,
    earlyStopping: { metric: 'accuracy' },
    steps: 14,
    batchSize: 16,
    seed: 5,
  };
}

/** Train, abort when `stop` says so, and give back the error. */
async function interrupted(options: FitOptions, stop: (event: TrainEvent) => boolean): Promise<GraftError> {
  const abort = new AbortController();
  const error = await (async () => {
    for await (const event of fit({ ...options, signal: abort.signal })) if (stop(event)) abort.abort();
  })().catch((thrown: unknown) => thrown);
  if (error instanceof GraftError) return error;
  throw new Error(`The training was not interrupted: ${String(error)}`);
}

/** The cosine schedule, noise, BatchNorm statistics, the best weights and the history all have to survive. */
describe.each(backends)('a resumed run, on %s', (_name, backend) => {
  beforeAll(async () => {
    await useBackend(backend());
  });

  it.each([
    ['within an epoch', (event: TrainEvent) => event.type === 'step' && event.step === 4],
    ['before a validation', (event: TrainEvent) => event.type === 'step' && event.step === 6],
    ['after a validation', (event: TrainEvent) => event.type === 'validation' && event.step === 9],
  ])('interrupted %s equals one that was not, bit for bit', async (_when, stop) => {
    const whole = toyNetwork({ noise: true });
    const expected = await fit({ ...settings(), network: whole }).result();
    const store = memoryStore();
    const first = toyNetwork({ noise: true });
    const error = await interrupted({ ...settings(), network: first, checkpoint: { store } }, stop);
    expect(error.code).toBe('cancelled');
    expect(error.remedy).toContain(`memory/${NAME}`);
    // Another start, which the checkpoint must overwrite.
    const second = toyNetwork({ noise: true, seed: 9 });
    const result = await fit({ ...settings(), network: second, checkpoint: { store }, resume: true }).result();
    expect(await weightsOf(second)).toEqual(await weightsOf(whole));
    expect({ ...result, seconds: 0 }).toEqual({ ...expected, seconds: 0 });
  });
});

describe('checkpoints', () => {
  beforeAll(async () => {
    await useBackend(cpu());
  });

  it('are written when due and at the end, and say where', async () => {
    const steps: number[] = [];
    const store = memoryStore();
    for await (const event of fit({
      ...settings(),
      network: toyNetwork(),
      checkpoint: { store, everySteps: 6, name: 'mine' },
    })) {
      if (event.type === 'checkpoint') steps.push(event.step);
    }
    expect(steps).toEqual([6, 12, 14]);
    expect(await store.has('mine')).toBe(true);
  });

  it('of a finished run end the resumed one at once, with the same result', async () => {
    const store = memoryStore();
    const network = toyNetwork();
    const result = await fit({ ...settings(), network, checkpoint: { store } }).result();
    const types: string[] = [];
    const again = toyNetwork({ seed: 9 });
    const training = fit({ ...settings(), network: again, checkpoint: { store }, resume: true });
    for await (const event of training) types.push(event.type);
    expect(types).toEqual(['start', 'end']);
    expect(await training.result()).toEqual(result);
    expect(await weightsOf(again)).toEqual(await weightsOf(network));
  });

  it('let a run with a constant schedule go on for longer', async () => {
    const long = toyNetwork();
    const plain = { ...settings(), schedule: undefined, restoreBest: false, optimizer: sgd({ momentum: 0.9 }) };
    await fit({ ...plain, network: long }).result();
    const store = memoryStore();
    const network = toyNetwork();
    await fit({ ...plain, network, checkpoint: { store }, steps: 5 }).result();
    await fit({ ...plain, network, checkpoint: { store }, resume: true }).result();
    expect(await weightsOf(network)).toEqual(await weightsOf(long));
  });

  it('start from the beginning when there is none', async () => {
    const events: TrainEvent[] = [];
    for await (const event of fit({
      ...settings(),
      network: toyNetwork(),
      checkpoint: { store: memoryStore() },
      resume: true,
    }))
      events.push(event);
    expect(events[0]).toMatchObject({ type: 'start', resumedFrom: 0 });
  });

  it.each<[string, Partial<FitOptions>]>([
    ['network', { network: toyNetwork({ hidden: 9 }) }],
    ['seed', { seed: 6 }],
    ['data', { data: clusters(40, 3) }],
    ['batch size', { batchSize: 8 }],
    ['optimizer', { optimizer: adam({ learningRate: 0.03 }) }],
    ['trained weights', { frozen: new Set(['hidden/bias']) }],
    ['steps', { steps: 20 }],
  ])('of a run with another %s are refused by that name, and nothing changes', async (what, change) => {
    const store = memoryStore();
    await fit({ ...settings(), network: toyNetwork(), checkpoint: { store } }).result();
    const options = { ...settings(), network: toyNetwork({ seed: 9 }), ...change, checkpoint: { store }, resume: true };
    const before = await weightsOf(options.network);
    const tensors = tf.memory().numTensors;
    await expect(fit(options).result()).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(`${what} (checkpoint:`),
    });
    expect(await weightsOf(options.network)).toEqual(before);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('with a flipped bit anywhere are refused as corrupt, and nothing changes', async () => {
    const store = memoryStore();
    await fit({ ...settings(), network: toyNetwork(), checkpoint: { store } }).result();
    const bytes = await store.read(NAME);
    const network = toyNetwork({ seed: 9 });
    const before = await weightsOf(network);
    for (const at of [0, 7, 20, 300, 1500, bytes.length >> 1, bytes.length - 3]) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 4;
      await expect(resumeFrom(storeWith(damaged), network), `byte ${at}`).rejects.toMatchObject({ code: 'corrupt' });
    }
    await expect(resumeFrom(storeWith(bytes.slice(0, -8)), network)).rejects.toMatchObject({ code: 'corrupt' });
    await expect(resumeFrom(storeWith(new Uint8Array(0)), network)).rejects.toMatchObject({ code: 'corrupt' });
    expect(await weightsOf(network)).toEqual(before);
  });

  it('that cannot be written stop the training with the store’s own error', async () => {
    const full = new GraftError({ code: 'storage', what: 'The disk is full.' });
    const store: Store = { ...memoryStore(), write: () => Promise.reject(full) };
    const before = tf.memory().numTensors;
    await expect(
      fit({ ...settings(), data: clusters(40, 1), network: toyNetwork(), checkpoint: { store } }).result(),
    ).rejects.toBe(full);
    // The network’s own four weights stay; optimizer state and best weights do not.
    expect(tf.memory().numTensors - before).toBe(4);
  });

  it('are not touched by a run that is cancelled before its first step', async () => {
    const store = memoryStore();
    await fit({ ...settings(), network: toyNetwork(), checkpoint: { store } }).result();
    const bytes = await store.read(NAME);
    await interrupted(
      { ...settings(), seed: 77, network: toyNetwork(), checkpoint: { store } },
      (event) => event.type === 'start',
    );
    expect(await store.read(NAME)).toEqual(bytes);
  });
});

function storeWith(bytes: Uint8Array): Store {
  return { ...memoryStore(), has: () => Promise.resolve(true), read: () => Promise.resolve(bytes) };
}

function resumeFrom(store: Store, network: FitOptions['network']): Promise<unknown> {
  return fit({ ...settings(), network, checkpoint: { store }, resume: true }).result();
}
