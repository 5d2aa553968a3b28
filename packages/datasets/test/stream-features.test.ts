import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { cpu } from '@graft-ml/backend-cpu';
import { GraftError, memoryStore, networkOf, sha256, useBackend, type Progress } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { extractFeatures } from '../src/features/index.js';
import { arrayDataset, disposeBatch, type Dataset } from '../src/index.js';
import { inputsOf, toy, toyTrunk, watchedStore } from './toy.js';

let folder = '';
beforeAll(async () => {
  await useBackend(cpu());
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-features-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** 600 examples are three shards: 256, 256 and 88. */
const SIZE = 600;
const NAMES = ['0-256', '256-512', '512-600'].map((range) => `${range}.safetensors`);

/** A dataset that tells which examples were asked for, and how many of its batches lived at once. */
function counted(inner: Dataset): Dataset & { readonly asked: number[]; mostAlive: number } {
  const asked: number[] = [];
  const alive = new Set<tf.Tensor>();
  const dataset = {
    ...inner,
    asked,
    mostAlive: 0,
    async batch(indices: ArrayLike<number>) {
      asked.push(...Array.from(indices));
      const batch = await inner.batch(indices);
      for (const each of alive) if (each.isDisposed) alive.delete(each);
      alive.add(batch.targets);
      dataset.mostAlive = Math.max(dataset.mostAlive, alive.size);
      return batch;
    },
  };
  return dataset;
}

/** Multi-label data through a trunk of two outputs. */
function twoOutputs(size: number) {
  const input = layers.input({ shape: [2] });
  const outputs = [
    layers.layers.reshape({ targetShape: [1, 2] }).apply(input),
    layers.layers.dense({ units: 5, kernelInitializer: layers.initializers.glorotUniform({ seed: 2 }) }).apply(input),
  ].filter((output) => output instanceof layers.SymbolicTensor);
  const data = arrayDataset({
    name: 'labels',
    inputs: [{ data: Float32Array.from({ length: 2 * size }, (_, at) => Math.sin(at)), shape: [2] }],
    targets: Float32Array.from({ length: 3 * size }, (_, at) => (at * at) % 2),
    target: { kind: 'multi-label', labels: ['a', 'b', 'c'] },
  });
  return { trunk: networkOf(layers.model({ inputs: input, outputs })), data };
}

async function everythingOf(dataset: Dataset, indices: readonly number[]): Promise<unknown> {
  const batch = await dataset.batch(indices);
  const tensors = [...batch.inputs, batch.targets];
  const found = await Promise.all(tensors.map(async (each) => [each.dtype, each.shape, [...(await each.data())]]));
  disposeBatch(batch);
  return [found, [...batch.indices]];
}

describe('features that stay in the store', () => {
  it.each<[string, () => { trunk: ReturnType<typeof toyTrunk>; data: Dataset }]>([
    ['classes', () => ({ trunk: toyTrunk(), data: toy(SIZE) })],
    ['several outputs and labels', () => twoOutputs(SIZE)],
  ])('are those held in memory, whichever are asked for: %s', async (_, make) => {
    const { trunk, data } = make();
    const held = await extractFeatures(trunk, data);
    const stored = await extractFeatures(trunk, data, { store: fileStore(folder), memoryLimit: 0 });
    expect(stored.size).toBe(held.size);
    expect(stored.inputShapes).toEqual(held.inputShapes);
    expect(stored.target).toEqual(held.target);
    expect(stored.classes).toEqual(held.classes);
    expect(await stored.fingerprint()).toBe(await held.fingerprint());
    const indices = fc.array(fc.nat(SIZE - 1), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(indices, async (chosen) => {
        expect(await everythingOf(stored, chosen)).toEqual(await everythingOf(held, chosen));
      }),
      { numRuns: 50, examples: [[[]], [[255, 256, 255, 257, 511, 512, 599, 0]], [[3, 4, 5, 4, 2]]] },
    );
    await expect(stored.batch([SIZE])).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('are read by the example, not by the shard', async () => {
    const store = watchedStore();
    const stored = await extractFeatures(toyTrunk(), toy(SIZE), { store, memoryLimit: 0 });
    store.reads.length = 0;
    await inputsOf(stored, [1, 300, 599, 2]);
    expect(store.reads).toEqual([]);
    expect(store.rangeBytes).toBe(4 * 3 * 4);
  });

  it('are refused above the memory limit without a store, before anything is read', async () => {
    const data = counted(toy(SIZE));
    const bytes = SIZE * (3 + 1) * 4;
    await expect(extractFeatures(toyTrunk(), data, { memoryLimit: bytes - 1 })).rejects.toThrow(
      /The features of "toy" take 9600 bytes, and no store was given\..*Pass a store/,
    );
    expect(data.asked).toEqual([]);
    await extractFeatures(toyTrunk(), data, { memoryLimit: bytes });
  });

  it.each([{ memoryLimit: -1 }, { memoryLimit: Number.NaN }, { readAhead: -1 }, { readAhead: 0.5 }, { batchSize: 0 }])(
    'refuse %j',
    async (options) => {
      await expect(extractFeatures(toyTrunk(), toy(3), options)).rejects.toMatchObject({ code: 'bad-input' });
    },
  );

  it.each([
    ['removed', 'not-found', (path: string) => rm(path)],
    ['cut short', 'corrupt', (path: string) => truncate(path, 400)],
  ])('say what to do when a shard was %s, and only it is computed again', async (_, code, damage) => {
    const data = counted(toy(SIZE));
    const extract = (): Promise<Dataset> =>
      extractFeatures(toyTrunk(), data, { store: fileStore(folder), memoryLimit: 0 });
    const stored = await extract();
    const before = await inputsOf(stored);
    const [key = ''] = await readdir(join(folder, 'features'));
    await damage(join(folder, 'features', key, '256-512.safetensors'));
    const tensors = tf.memory().numTensors;
    await expect(stored.batch([5, 500])).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/256-512\.safetensors.*Extract the features again/s),
    });
    expect(tf.memory().numTensors).toBe(tensors);
    expect(await inputsOf(stored, [5])).toEqual([before[0]?.slice(15, 18)]);
    data.asked.length = 0;
    expect(await inputsOf(await extract())).toEqual(before);
    expect([Math.min(...data.asked), Math.max(...data.asked), data.asked.length]).toEqual([256, 511, 256]);
  });
});

describe('streaming', () => {
  it.each([0, 1, 3])('reads %i batches ahead and holds no more', async (readAhead) => {
    const data = counted(toy(SIZE));
    const before = tf.memory().numTensors;
    await extractFeatures(toyTrunk(), data, { batchSize: 16, readAhead });
    expect(data.mostAlive).toBe(readAhead + 1);
    // The trunk's own two weights.
    expect(tf.memory().numTensors).toBe(before + 2);
  });

  it('asks for the next batch before the trunk works on this one', async () => {
    const log: string[] = [];
    const inner = toy(40);
    const data: Dataset = {
      ...inner,
      batch(indices) {
        log.push(`read ${indices[0]}`);
        return inner.batch(indices);
      },
    };
    const trunk = toyTrunk();
    const { layer } = trunk.nodes[0] ?? {};
    if (layer === undefined) throw new Error('no layer');
    const call = layer.call.bind(layer);
    layer.call = (...args) => {
      log.push('trunk');
      return call(...args);
    };
    await extractFeatures(trunk, data, { batchSize: 10 });
    expect(log).toEqual(['read 0', 'read 10', 'trunk', 'read 20', 'trunk', 'read 30', 'trunk', 'trunk']);
  });

  it('writes shards as they fill, the manifest after each', async () => {
    const store = watchedStore();
    await extractFeatures(toyTrunk(), toy(SIZE), { store, memoryLimit: 0 });
    const names = store.written.map((name) => name.split('/').at(-1));
    expect(names).toEqual(NAMES.flatMap((name) => [name, 'features.json']));
    const [shard = ''] = store.shards();
    const manifest: unknown = JSON.parse(new TextDecoder().decode(await store.read(store.written.at(-1) ?? '')));
    expect(manifest).toMatchObject({ shards: { [shard]: await sha256(await store.read(shard)) } });
  });

  it('goes on where a cancelled extraction stopped', async () => {
    const store = watchedStore();
    const data = counted(toy(SIZE));
    const controller = new AbortController();
    const stopped = extractFeatures(toyTrunk(), data, {
      store: { ...store, write: (name, bytes) => store.write(name, bytes).then(() => controller.abort()) },
      signal: controller.signal,
      batchSize: 32,
    });
    await expect(stopped).rejects.toMatchObject({
      code: 'cancelled',
      message: expect.stringMatching(
        /after \d+ of 600 examples\. What was finished is kept in memory: run the same again/,
      ),
    });
    const kept = store.shards().length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(3);
    data.asked.length = 0;
    const seen: Progress[] = [];
    const features = await extractFeatures(toyTrunk(), data, { store, onProgress: (progress) => seen.push(progress) });
    expect(Math.min(...data.asked)).toBe(256 * kept);
    expect(await inputsOf(features)).toEqual(await inputsOf(await extractFeatures(toyTrunk(), toy(SIZE))));
    expect(seen.find(({ task }) => task.startsWith('checking stored'))).toMatchObject({ done: 256, total: SIZE });
    expect(seen.find(({ task }) => task.startsWith('extracting'))).toMatchObject({ done: 256 * kept, total: SIZE });
  });

  it('is cancelled before it begins, and while it checks what is stored', async () => {
    const store = watchedStore();
    const signal = AbortSignal.abort();
    const data = counted(toy(SIZE));
    await expect(extractFeatures(toyTrunk(), data, { store, signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(data.asked).toEqual([]);
    await extractFeatures(toyTrunk(), data, { store });
    const controller = new AbortController();
    const onProgress = (): void => {
      controller.abort();
    };
    const again = extractFeatures(toyTrunk(), data, { store, signal: controller.signal, onProgress });
    await expect(again).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('tells of a full disk, leaks nothing, and goes on once there is room', async () => {
    const store = watchedStore();
    const full = new GraftError({ code: 'storage', what: 'The disk is full.' });
    const filling = {
      ...store,
      write: (name: string, bytes: Uint8Array) =>
        name.includes('256-512') ? Promise.reject(full) : store.write(name, bytes),
    };
    const trunk = toyTrunk();
    const before = tf.memory().numTensors;
    await expect(extractFeatures(trunk, toy(SIZE), { store: filling, memoryLimit: 0 })).rejects.toBe(full);
    expect(tf.memory().numTensors).toBe(before);
    expect(store.shards()).toHaveLength(1);
    const data = counted(toy(SIZE));
    await extractFeatures(trunk, data, { store, memoryLimit: 0 });
    expect(Math.min(...data.asked)).toBe(256);
  });

  it.each([1, 300])('hands on what reading throws at example %i, and drops what was read ahead', async (bad) => {
    const inner = toy(SIZE);
    const data: Dataset = {
      ...inner,
      batch: (indices) =>
        Array.from(indices).includes(bad) ? Promise.reject(new Error('unreadable')) : inner.batch(indices),
    };
    const trunk = toyTrunk();
    const before = tf.memory().numTensors;
    await expect(extractFeatures(trunk, data, { batchSize: 16, readAhead: 4 })).rejects.toThrow('unreadable');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('computes again what another manifest, layout or a lie says', async () => {
    const store = memoryStore();
    const first = await inputsOf(await extractFeatures(toyTrunk(), toy(SIZE), { store }));
    const probe = watchedStore(store);
    await extractFeatures(toyTrunk(), toy(SIZE), { store: probe });
    const manifest = probe.reads.find((name) => name.endsWith('features.json')) ?? '';
    const text = new TextDecoder().decode(await store.read(manifest));
    const lies = [
      '',
      'null',
      '[]',
      '{"format":"graft-features"',
      text.replace('"rowsPerShard": 256', '"rowsPerShard": 1'),
      text.replace('"formatVersion": 1', '"formatVersion": 2'),
      text.replaceAll(/"[0-9a-f]{64}"/g, '7'),
      text.replace(/"shards": \{[^}]*\}/, '"shards": {"../../etc/passwd": "00", "__proto__": "1"}'),
    ];
    for (const lie of lies) {
      expect(lie, 'the lie differs').not.toBe(text);
      await store.write(manifest, new TextEncoder().encode(lie));
      const data = counted(toy(SIZE));
      expect(await inputsOf(await extractFeatures(toyTrunk(), data, { store }))).toEqual(first);
      expect(data.asked, lie).toHaveLength(SIZE);
    }
  });

  it('shares a folder with another extraction of the same features', async () => {
    const store = fileStore(folder);
    const extractions = Array.from({ length: 3 }, (_, at) =>
      extractFeatures(toyTrunk(), toy(SIZE), { store, memoryLimit: 0, batchSize: 20 + at }),
    );
    const [first = [], ...others] = await Promise.all((await Promise.all(extractions)).map((each) => inputsOf(each)));
    for (const other of others) expect(other).toEqual(first);
    const [key = ''] = await readdir(join(folder, 'features'));
    expect((await readdir(join(folder, 'features', key))).toSorted()).toEqual([...NAMES, 'features.json'].toSorted());
    const data = counted(toy(SIZE));
    await extractFeatures(toyTrunk(), data, { store });
    expect(data.asked.length).toBe(0);
  });

  it('refuses features of an example that no shard can hold', async () => {
    const wide = networkOf(
      layers.sequential({ layers: [layers.layers.repeatVector({ n: 2 ** 26, inputShape: [2] })] }),
    );
    await expect(extractFeatures(wide, toy(3), { store: memoryStore(), memoryLimit: 0 })).rejects.toThrow(
      /one example of "toy" take 536870916 bytes/,
    );
  });
});
