import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as layers from '@tensorflow/tfjs-layers';
import { cpu } from '@graft-ml/backend-cpu';
import { encodeSafetensors, memoryStore, useBackend } from '@graft-ml/core';
import {
  isVerified,
  loadPretrainedFrom,
  registerZooEntry,
  zooEntries,
  zooEntry,
  type WeightFile,
} from '../src/index.js';
import { loadPretrained, verifyWeights, weightsAreHere } from '../src/node/index.js';

let server: Server;
let host: string;
let cacheDir: string;
/** What the server has, by path. */
const files = new Map<string, Uint8Array>();

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const weights = (value: number): Uint8Array =>
  encodeSafetensors(
    new Map([
      ['fc.weight', { shape: [2, 3], data: new Float32Array(6).fill(value) }],
      ['fc.bias', { shape: [2], data: new Float32Array(2) }],
    ]),
  );

beforeAll(async () => {
  await useBackend(cpu());
  server = createServer((request, response) => {
    const bytes = files.get(request.url ?? '');
    if (bytes === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': bytes.byteLength }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  host = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
});

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'graft-unverified-'));
});

afterEach(() => rm(cacheDir, { recursive: true, force: true }));

afterAll(() => new Promise((resolve) => server.close(resolve)));

/** A small entry whose weights the server has, and nobody has checked. */
function register(name: string, file: Partial<WeightFile>, format: 'torch-safetensors' | 'keras-weights'): void {
  registerZooEntry({
    ...zooEntry('seed-cnn'),
    name,
    sourceTask: 'toy',
    inputShape: [3],
    cuts: [{ name: 'fc', path: 'fc', shape: [2] }],
    defaultCut: 'fc',
    labels: ['a', 'b'],
    published: { folder: name, format, files: [{ name: 'w.bin', urls: [`${host}/${name}`], ...file }] },
    create: () => layers.sequential({ layers: [layers.layers.dense({ name: 'fc', units: 2, inputShape: [3] })] }),
  });
}

const kernel = async (name: string): Promise<number | undefined> => {
  const { model } = await loadPretrained(name, { cacheDir });
  const values = await model.getWeights()[0]?.data();
  model.dispose();
  return values?.[0];
};

describe('weights that nobody here has checked', () => {
  it('are pinned at their first download, and nothing else is taken later', async () => {
    register('pinned', {}, 'torch-safetensors');
    files.set('/pinned', weights(3));
    expect(await verifyWeights('pinned', { cacheDir })).toMatchObject([{ state: 'missing' }]);
    expect(await weightsAreHere(zooEntry('pinned'), { cacheDir })).toBe(false);
    expect(await kernel('pinned')).toBe(3);
    expect(await weightsAreHere(zooEntry('pinned'), { cacheDir })).toBe(true);
    expect(await verifyWeights('pinned', { cacheDir })).toMatchObject([
      { state: 'sound', firstUse: { sha256: sha256(weights(3)), from: `${host}/pinned` } },
    ]);
    await writeFile(join(cacheDir, 'pinned', 'w.bin'), weights(4));
    expect(await verifyWeights('pinned', { cacheDir })).toMatchObject([{ state: 'damaged' }]);
    // The server still has the first ones.
    expect(await kernel('pinned')).toBe(3);
    files.set('/pinned', weights(4));
    await rm(join(cacheDir, 'pinned'), { recursive: true });
    await expect(kernel('pinned')).rejects.toThrow(/first used here.*If its publisher replaced it/);
  });

  it('that lie in the cache unused have nothing to be held to', async () => {
    register('unused', {}, 'torch-safetensors');
    files.set('/unused', weights(1));
    await kernel('unused');
    await rm(join(cacheDir, 'pins'), { recursive: true });
    expect(await verifyWeights('unused', { cacheDir })).toMatchObject([{ state: 'unpinned' }]);
  });

  it('are held to the sha256 that their publisher states', async () => {
    register('stated', { sha256: sha256(weights(5)) }, 'torch-safetensors');
    files.set('/stated', weights(6));
    await expect(kernel('stated')).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('Its publisher states'),
    });
    expect(await verifyWeights('stated', { cacheDir })).toMatchObject([{ state: 'missing' }]);
    files.set('/stated', weights(5));
    expect(await kernel('stated')).toBe(5);
  });

  it('of Keras are read by h5wasm', async () => {
    register('keras', {}, 'keras-weights');
    files.set('/keras', await readFile(new URL('fixtures/keras2-weights.h5', import.meta.url)));
    // It is of another model, so it is read and refused.
    await expect(kernel('keras')).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('keras/w.bin'),
    });
  });

  it('come from any store, in browsers too', async () => {
    const store = memoryStore('store');
    await store.write('w.bin', weights(7));
    const { model, source } = await loadPretrainedFrom(store, 'pinned');
    expect((await model.getWeights()[0]?.data())?.[0]).toBe(7);
    expect(source.preprocessing).toEqual({ inputShape: [3], range: [0, 1] });
    await expect(loadPretrainedFrom(store, 'stated')).rejects.toMatchObject({ code: 'corrupt' });
  });
});

describe('the entries', () => {
  it('say of every file where it is, and only pin what was checked here', () => {
    const published = zooEntries().filter(({ sourceTask }) => sourceTask === 'imagenet-1k');
    expect(published.length).toBeGreaterThan(40);
    for (const { name, published: weight, licence, testAccuracy, labels } of published) {
      expect(weight, name).toBeDefined();
      expect(labels.length).toBe(1000);
      expect(licence).not.toBe('');
      expect(testAccuracy).toBeGreaterThan(0.4);
      expect(testAccuracy).toBeLessThan(0.8);
      for (const file of weight?.files ?? []) {
        expect(
          file.urls.every((url) => url.startsWith('https://') && url.endsWith(file.name)),
          name,
        ).toBe(true);
        if (file.sha256 !== undefined) expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
      }
      expect(weight !== undefined && isVerified(weight), name).toBe(name === 'mobilenet-v1-0.25-224');
    }
    const addresses = published.flatMap(({ published: weight }) => weight?.files.flatMap(({ urls }) => urls) ?? []);
    expect(new Set(addresses).size).toBe(addresses.length);
  });
});
