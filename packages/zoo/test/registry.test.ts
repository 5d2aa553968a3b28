import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cpu } from '@graft-ml/backend-cpu';
import {
  GraftError,
  MANIFEST_FILE,
  memoryStore,
  parseManifest,
  saveBundle,
  sha256,
  useBackend,
  type Store,
} from '@graft-ml/core';
import { loadPretrainedFrom, registerZooEntry, seedCnn, zooEntries, zooEntry, type ZooEntry } from '../src/index.js';
import { loadPretrained } from '../src/node/index.js';
import { ZooRegistry } from '../src/registry.js';

beforeAll(async () => {
  await useBackend(cpu());
});

const caught = async (work: Promise<unknown>): Promise<GraftError> => {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof GraftError) return thrown;
  throw new Error(`a GraftError was expected, not ${String(thrown)}`);
};

/** An entry whose (small) weights lie in a memory store. */
async function savedEntry(name: string): Promise<{ entry: ZooEntry; store: Store }> {
  const store = memoryStore(name);
  await saveBundle(store, seedCnn({ seed: 5, inputShape: [10, 10, 1] }), {
    target: { kind: 'classes', labels: zooEntry('seed-cnn/mnist').labels },
  });
  const pinned = await sha256(await store.read(MANIFEST_FILE));
  return { entry: { ...zooEntry('seed-cnn/mnist'), name, sha256: pinned, testAccuracy: 0.5 }, store };
}

describe('the registry', () => {
  it('lists the seed CNN and its weights', () => {
    expect(zooEntries().map((entry) => entry.name)).toEqual(expect.arrayContaining(['seed-cnn', 'seed-cnn/mnist']));
  });

  it('suggests near names', () => {
    expect(() => zooEntry('seed-cnn/minst')).toThrow(/Did you mean .*"seed-cnn\/mnist"/);
  });

  it('refuses a duplicate and keeps the first', () => {
    const entry = zooEntry('seed-cnn');
    const registry = new ZooRegistry([entry]);
    expect(() => registry.register({ ...entry, licence: 'other' })).toThrow(/already has an entry "seed-cnn"/);
    expect(registry.get('seed-cnn').licence).toBe('Apache-2.0');
    expect(() => registerZooEntry(entry)).toThrow(GraftError);
  });

  it('refuses a default cut that is not among the cuts', () => {
    expect(() => new ZooRegistry([{ ...zooEntry('seed-cnn'), defaultCut: 'flaten' }])).toThrow(
      /Did you mean "flatten"/,
    );
  });
});

describe('loadPretrainedFrom', () => {
  it('loads what was saved, with its labels', async () => {
    const { entry, store } = await savedEntry('test/saved');
    registerZooEntry(entry);
    const loaded = await loadPretrainedFrom(store, 'test/saved');
    expect(loaded.entry).toBe(entry);
    expect(loaded.model.countParams()).toBe(seedCnn({ seed: 5, inputShape: [10, 10, 1] }).countParams());
    expect(loaded.manifest?.target).toEqual({ kind: 'classes', labels: entry.labels });
  });

  it('refuses a manifest other than the pinned one', async () => {
    const { entry, store } = await savedEntry('test/changed');
    registerZooEntry(entry);
    const manifest = await store.read(MANIFEST_FILE);
    await store.write(MANIFEST_FILE, Uint8Array.from([...manifest, 0x0a]));
    const error = await caught(loadPretrainedFrom(store, 'test/changed'));
    expect(error.code).toBe('corrupt');
    expect(error.message).toContain(entry.sha256);
  });

  it('says where it looked when the bundle is not there', async () => {
    const { entry } = await savedEntry('test/missing');
    registerZooEntry(entry);
    const error = await caught(loadPretrainedFrom(memoryStore('an empty store'), 'test/missing'));
    expect(error.code).toBe('not-found');
    expect(error.message).toContain('an empty store');
  });

  it('says that an architecture has no weights', async () => {
    const error = await caught(loadPretrainedFrom(memoryStore(), 'seed-cnn'));
    expect(error.code).toBe('bad-input');
    expect(error.message).toContain('seed-cnn/mnist');
  });

  it('says that weights are not trained yet', async () => {
    const { sha256: _pinned, ...untrained } = zooEntry('seed-cnn/mnist');
    registerZooEntry({ ...untrained, name: 'test/untrained' });
    expect((await caught(loadPretrained('test/untrained'))).code).toBe('unavailable');
  });
});

describe('loadPretrained', () => {
  it('reads a folder on disk', async () => {
    const { entry, store } = await savedEntry('test/folder');
    registerZooEntry(entry);
    const folder = await mkdtemp(join(tmpdir(), 'graft-zoo-'));
    try {
      const manifest = parseManifest(new TextDecoder().decode(await store.read(MANIFEST_FILE)), 'the manifest');
      for (const file of [MANIFEST_FILE, ...Object.keys(manifest.files)]) {
        await writeFile(join(folder, file), await store.read(file));
      }
      expect((await loadPretrained('test/folder', { folder })).manifest?.name).toBe('seed-cnn');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('gives a clear answer for the shipped entry: its model, or why there is none', async () => {
    const entry = zooEntry('seed-cnn/mnist');
    if (entry.sha256 === undefined) {
      expect((await caught(loadPretrained(entry.name))).message).toMatch(/have not been trained yet/);
    } else {
      const { model } = await loadPretrained(entry.name);
      expect(model.countParams()).toBe(225_034);
      expect(entry.testAccuracy).toBeGreaterThanOrEqual(0.99);
    }
  });

  it('suggests near names', async () => {
    expect((await caught(loadPretrained('seed-cn/mnist'))).code).toBe('not-found');
  });
});
