import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { wasm } from '@graft-ml/backend-wasm';
import {
  GraftError,
  loadBundle,
  memoryStore,
  networkOf,
  predict,
  saveBundle,
  useBackend,
  type Store,
} from '@graft-ml/core';
import { enableGraphLayers, graphNodes, importGraphModel } from '../src/graph/index.js';
import { withstands } from './mutate.js';

beforeAll(async () => {
  await useBackend(wasm());
});

const float = { T: { type: 'DT_FLOAT' } };
const constant = (name: string, type = 'DT_FLOAT'): object => ({ name, op: 'Const', attr: { dtype: { type } } });

/** relu6(2x − 1), averaged over the picture, times [[1], [10]]: by hand, in tfjs's form of a TensorFlow graph. */
const topology = {
  node: [
    {
      name: 'images',
      op: 'Placeholder',
      attr: {
        dtype: { type: 'DT_FLOAT' },
        shape: { shape: { dim: [-1, 2, 2, 2].map((size) => ({ size: String(size) })) } },
      },
    },
    constant('two'),
    constant('one'),
    constant('axes', 'DT_INT32'),
    constant('kernel'),
    { name: 'net/Mul', op: 'Mul', input: ['images', 'two'], attr: float },
    { name: 'net/Sub', op: 'Sub', input: ['net/Mul', 'one'], attr: float },
    { name: 'net/Relu6', op: 'Relu6', input: ['net/Sub'], attr: float },
    { name: 'net/pool', op: 'Mean', input: ['net/Relu6', 'axes'], attr: { ...float, keep_dims: { b: false } } },
    { name: 'net/logits', op: 'MatMul', input: ['net/pool', 'kernel'], attr: float },
  ],
  versions: { producer: 27 },
};

async function graphStore(edit: (json: object) => unknown = (json) => json): Promise<Store> {
  const store = memoryStore('a graph');
  const spec = (name: string, shape: number[], dtype = 'float32'): object => ({ name, shape, dtype });
  const weights = [spec('two', []), spec('one', []), spec('axes', [2], 'int32'), spec('kernel', [2, 1])];
  const bytes = new Uint8Array(24);
  bytes.set(new Uint8Array(Float32Array.of(2, 1).buffer), 0);
  bytes.set(new Uint8Array(Int32Array.of(1, 2).buffer), 8);
  bytes.set(new Uint8Array(Float32Array.of(1, 10).buffer), 16);
  const json = edit({ modelTopology: topology, weightsManifest: [{ paths: ['shard'], weights }] });
  await store.write('model.json', new TextEncoder().encode(JSON.stringify(json)));
  await store.write('shard', bytes);
  return store;
}

const x = (): tf.Tensor => tf.tensor([0, 1, 2, 3, 0.5, 1, 1, 9], [1, 2, 2, 2]);
// relu6(2x − 1): channel 0: 0, 3, 0, 1; channel 1: 1, 5, 1, 6.
const POOLED = [1, 3.25];

async function caught(work: Promise<unknown>): Promise<GraftError> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof GraftError) return thrown;
  throw new Error('a GraftError was expected');
}

const run = async (source: { network: ReturnType<typeof networkOf> }): Promise<number[]> =>
  Array.from((await predict(source.network, [x()])[0]?.data()) ?? []);

describe('importGraphModel', () => {
  it('cuts at the last pooling unless told otherwise, and at any node', async () => {
    const store = await graphStore();
    expect(await graphNodes(store)).toEqual(['net/Mul', 'net/Sub', 'net/Relu6', 'net/pool', 'net/logits']);
    const source = await importGraphModel(store);
    expect(source.cuts).toEqual([{ name: 'trunk', path: 'trunk', shape: [2] }]);
    expect(await run(source)).toEqual(POOLED);
    expect(await run(await importGraphModel(store, { at: 'net/logits' }))).toEqual([33.5]);
    const map = await importGraphModel(store, { at: 'net/Sub' });
    expect(map.cuts[0]?.shape).toEqual([2, 2, 2]);
    expect(await run(map)).toEqual([-1, 1, 3, 5, 0, 1, 1, 17]);
  });

  it('trains nothing of it, and keeps the number of tensors', async () => {
    const before = tf.memory().numTensors;
    const source = await importGraphModel(await graphStore());
    expect(source.network.weights.map(({ statistic }) => statistic)).toEqual([true, true, true, true]);
    source.model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is saved and loaded like any other model', async () => {
    const source = await importGraphModel(await graphStore());
    const saved = memoryStore();
    await saveBundle(saved, source.model);
    await enableGraphLayers();
    const { model } = await loadBundle(saved);
    expect(await run({ network: networkOf(model) })).toEqual(POOLED);
  });

  it('offers near names for a node that is not there', async () => {
    const store = await graphStore();
    expect((await caught(importGraphModel(store, { at: 'pool' }))).message).toContain('Did you mean "net/pool"?');
    expect((await caught(importGraphModel(store, { at: 'net/logit' }))).message).toContain('"net/logits"');
  });

  it('refuses a layers model, an op that nobody knows and a shape that is not said', async () => {
    const layers = await graphStore((json) => ({ ...json, modelTopology: { class_name: 'Sequential', config: {} } }));
    expect((await caught(importGraphModel(layers))).message).toMatch(/not a graph model.*importLayersModel/);
    const op = await graphStore((json) => JSON.parse(JSON.stringify(json).replace('"Relu6"', '"Magic"')));
    expect((await caught(importGraphModel(op))).code).toBe('bad-input');
    const shape = await graphStore((json) => JSON.parse(JSON.stringify(json).replace('"shape":{"dim"', '"x":{"dim"')));
    expect((await caught(importGraphModel(shape))).message).toContain('inputShape: [224, 224, 3]');
    expect(await run(await importGraphModel(shape, { inputShape: [2, 2, 2] }))).toEqual(POOLED);
  });

  it('withstands damaged files', { timeout: 600_000 }, async () => {
    const store = await graphStore();
    const json = await store.read('model.json');
    await withstands('graph model', [json], async (bytes) => {
      const damaged = memoryStore('damaged');
      await damaged.write('model.json', bytes);
      await damaged.write('shard', await store.read('shard'));
      (await importGraphModel(damaged)).model.dispose();
    });
  });
});
