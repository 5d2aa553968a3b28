import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpu } from '@graft-ml/backend-cpu';
import { createRng, useBackend } from '@graft-ml/core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { disposeBatch, stratifiedSubset, type Dataset } from '../src/index.js';
import { loadData, type LoadedData } from '../src/node/index.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const dataDir = resolve(root, process.env['GRAFT_DATA_DIR'] ?? '../shared/data');
const missing = ['mnist', 'fashion-mnist'].filter((name) => !existsSync(resolve(dataDir, name)));
if (missing.length > 0) console.warn(`Skipped: ${missing.join(' and ')} not in ${dataDir}; set GRAFT_DATA_DIR.`);

function histogram(dataset: Dataset): number[] {
  const counts: number[] = Array.from({ length: 10 }, () => 0);
  for (const id of dataset.classes ?? []) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}

async function meanOf(dataset: Dataset): Promise<number> {
  const batch = await dataset.batch(Array.from({ length: dataset.size }, (_, at) => at));
  const values = (await batch.inputs[0]?.data()) ?? new Float32Array(0);
  let sum = 0;
  for (const value of values) sum += value;
  disposeBatch(batch);
  return sum / values.length;
}

describe.skipIf(missing.length > 0)('the real files', () => {
  let mnist: LoadedData;
  let fashion: LoadedData;

  beforeAll(async () => {
    await useBackend(cpu());
    // Each file's size and sha256 are checked on the way.
    mnist = await loadData('mnist', { dataDir, offline: true });
    fashion = await loadData('fashion-mnist', { dataDir, offline: true });
  }, 60_000);

  it('come from the data folder, with all their examples', () => {
    for (const { train, test, source } of [mnist, fashion]) {
      expect([train.size, test.size, source]).toEqual([60_000, 10_000, 'data-dir']);
      expect(train.inputShapes).toEqual([[28, 28, 1]]);
    }
  });

  it('have the published label counts', () => {
    expect(histogram(fashion.train)).toEqual(Array.from({ length: 10 }, () => 6000));
    expect(histogram(fashion.test)).toEqual(Array.from({ length: 10 }, () => 1000));
    expect(histogram(mnist.train)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(histogram(mnist.test)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });

  it('have the well-known mean pixel values', async () => {
    expect(await meanOf(mnist.test)).toBeCloseTo(0.1325, 3);
    expect(await meanOf(fashion.test)).toBeCloseTo(0.2868, 3);
  }, 30_000);

  it('begin with the well-known labels', () => {
    expect([...(mnist.train.classes ?? [])].slice(0, 10)).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...(fashion.train.classes ?? [])].slice(0, 10)).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
  });

  it.each([[100], [1000], [1003]])('give balanced subsets of %i labels', (size) => {
    for (const { train } of [mnist, fashion]) {
      const counts = histogram(stratifiedSubset(train, size, createRng(0)));
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(size % 10 === 0 ? 0 : 1);
      expect(counts.reduce((sum, count) => sum + count)).toBe(size);
    }
  });

  it('gather a batch of 256 in a few milliseconds', async () => {
    const order = createRng(0).permutation(60_000);
    const times: number[] = [];
    for (let at = 0; at < 60; at++) {
      const begun = performance.now();
      disposeBatch(await fashion.train.batch(order.subarray(at * 256, (at + 1) * 256)));
      times.push(performance.now() - begun);
    }
    const best = Math.min(...times);
    // Measured at about 0.4 ms; the bound leaves room for a busy machine.
    expect(best).toBeLessThan(2);
  });

  it('come from the web, then from the cache, and again from the web when the cache was damaged', async () => {
    const cacheDir = await mkdtemp(join(tmpdir(), 'graft-cache-'));
    vi.stubEnv('GRAFT_DATA_DIR', '');
    const asked: string[] = [];
    // Stands for the mirrors: the first one is down.
    vi.stubGlobal('fetch', async (url: string) => {
      asked.push(url);
      if (url.startsWith('https://storage.googleapis.com/')) return new Response('down', { status: 503 });
      return new Response(await readFile(join(dataDir, 'mnist', basename(url))));
    });
    try {
      const seen = new Set<string>();
      const first = await loadData('mnist', { cacheDir, onProgress: ({ task }) => seen.add(task) });
      expect([first.source, asked.length]).toEqual(['web', 8]);
      expect([...seen][0]).toBe('downloading mnist/train-images-idx3-ubyte.gz');
      expect(await first.test.fingerprint()).toBe(await mnist.test.fingerprint());
      expect((await loadData('mnist', { cacheDir, offline: true })).source).toBe('cache');
      const labels = join(cacheDir, 'mnist', 't10k-labels-idx1-ubyte.gz');
      const bytes = await readFile(labels);
      bytes[2000] = (bytes[2000] ?? 0) ^ 1;
      await writeFile(labels, bytes);
      await expect(loadData('mnist', { cacheDir, offline: true })).rejects.toThrow(
        /t10k-labels-idx1-ubyte\.gz.*damaged/,
      );
      expect((await loadData('mnist', { cacheDir })).source).toBe('web');
      expect(asked).toHaveLength(10);
    } finally {
      vi.unstubAllGlobals();
      vi.unstubAllEnvs();
      await rm(cacheDir, { recursive: true, force: true });
    }
  }, 60_000);
});
