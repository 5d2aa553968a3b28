import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dataEntries, dataEntry } from '../src/index.js';
import { cacheFolder } from '@graft-ml/core/node';
import { loadData } from '../src/node/index.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-data-'));
  vi.stubEnv('GRAFT_DATA_DIR', '');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('registry', () => {
  it.each(dataEntries().map((entry) => [entry.name, entry] as const))('%s is complete', (_, entry) => {
    expect(entry.labels).toHaveLength(10);
    expect(new Set(entry.labels).size).toBe(10);
    expect(entry.inputShape).toEqual([28, 28, 1]);
    for (const text of [entry.summary, entry.licence, entry.citation, entry.homepage]) expect(text).not.toBe('');
    expect(entry.files).toHaveLength(entry.embedded ? 0 : 4);
    for (const file of entry.files) {
      expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(new Set(file.urls).size).toBeGreaterThanOrEqual(2);
      for (const url of file.urls) expect(new URL(url).pathname.endsWith(`/${file.name}`)).toBe(true);
    }
  });

  it('suggests near names', () => {
    expect(() => dataEntry('fashon-mnist')).toThrow(/no data set "fashon-mnist"\. Did you mean .*"fashion-mnist"/);
    expect(() => dataEntry('sketches')).toThrow(/"sketches-source", "sketches-target"/);
  });
});

describe('loadData', () => {
  it('draws the embedded sets', async () => {
    const { train, test, source } = await loadData('sketches-source', { offline: true });
    expect([train.name, train.size, test.size, source]).toEqual(['sketches-source/train', 4000, 1000, 'embedded']);
  });

  it('refuses unknown names', async () => {
    await expect(loadData('minst')).rejects.toThrow(/Did you mean "mnist"/);
  });

  it('refuses a data folder that does not exist, from the option or the environment', async () => {
    await expect(loadData('mnist', { dataDir: join(folder, 'nowhere') })).rejects.toThrow(
      /nowhere does not exist.*GRAFT_DATA_DIR/,
    );
    vi.stubEnv('GRAFT_DATA_DIR', join(folder, 'nowhere'));
    await expect(loadData('mnist')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('says offline what is missing and what to do', async () => {
    const failed = loadData('mnist', { cacheDir: join(folder, 'cache'), dataDir: folder, offline: true });
    await expect(failed).rejects.toMatchObject({ code: 'unavailable' });
    await expect(failed).rejects.toThrow(
      /train-images-idx3-ubyte\.gz of "mnist" is not in .*mnist and not at .*cache.*Go online, or put/,
    );
    await expect(loadData('mnist', { cacheDir: join(folder, 'cache'), offline: true })).rejects.toThrow(
      /is not at .*cache/,
    );
  });

  it('refuses a file in the data folder that is not the published one, naming it', async () => {
    await mkdir(join(folder, 'mnist'));
    const path = join(folder, 'mnist', 'train-images-idx3-ubyte.gz');
    await writeFile(path, 'short');
    await expect(loadData('mnist', { dataDir: folder, offline: true })).rejects.toThrow(
      /train-images-idx3-ubyte\.gz has 5 bytes\. 9912422 were expected/,
    );
    await writeFile(path, new Uint8Array(9_912_422));
    const failed = loadData('mnist', { dataDir: folder, offline: true });
    await expect(failed).rejects.toThrow(/train-images-idx3-ubyte\.gz has sha256 [0-9a-f]{64}/);
    await expect(failed).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('does not begin when it is cancelled', async () => {
    await expect(loadData('mnist', { dataDir: folder, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('cacheFolder', () => {
  it('is the one that is asked for, else the system’s', () => {
    vi.stubEnv('GRAFT_CACHE_DIR', folder);
    expect(cacheFolder()).toBe(folder);
    vi.stubEnv('GRAFT_CACHE_DIR', '');
    expect(cacheFolder()).toMatch(/graft/);
  });
});
