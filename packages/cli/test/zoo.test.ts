import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { graft, inTemporaryFolder } from './graft.js';

const ENTRY = 'mobilenet-v1-0.25-224';
const FOLDER = 'mobilenet_v1_0.25_224-layers';

describe('graft zoo show', () => {
  it('says what is known of a model, for people and as JSON', async () => {
    await inTemporaryFolder(async (folder) => {
      const text = await graft(['zoo', 'show', ENTRY], folder);
      expect(text.code).toBe(0);
      expect(text.stdout).toContain('global_average_pooling2d_1 (default) [256]');
      expect(text.stdout).toContain('none stated by the source');
      const json: { name: string; published: { files: unknown[] } } = JSON.parse(
        (await graft(['zoo', 'show', ENTRY, '--json'], folder)).stdout,
      );
      expect(json.name).toBe(ENTRY);
      expect(json.published.files.length).toBe(56);
    });
  });

  it('offers near names, and ends with 2', async () => {
    await inTemporaryFolder(async (folder) => {
      const { code, stderr } = await graft(['zoo', 'show', 'mobilnet-v1'], folder);
      expect(code).toBe(2);
      expect(stderr).toContain('"mobilenet-v1"');
    });
  });
});

describe('graft zoo verify and fetch', () => {
  it('finds the weights that ship sound, and what was never fetched no failure', async () => {
    await inTemporaryFolder(async (folder) => {
      const { code, stdout } = await graft(['zoo', 'verify'], folder, { GRAFT_CACHE_DIR: join(folder, 'cache') });
      expect(code).toBe(0);
      expect(stdout).toMatch(/seed-cnn\/mnist: 3 of 3 files are sound/);
      expect(stdout).toMatch(new RegExp(`not fetched: .*${ENTRY}`));
    });
  });

  it('names damaged files, and ends with 1', async () => {
    await inTemporaryFolder(async (folder) => {
      const cache = join(folder, 'cache');
      await mkdir(join(cache, FOLDER), { recursive: true });
      await writeFile(join(cache, FOLDER, 'model.json'), 'other bytes');
      const env = { GRAFT_CACHE_DIR: cache };
      const { code, stdout, stderr } = await graft(['zoo', 'verify', ENTRY], folder, env);
      expect(code).toBe(1);
      expect(stdout).toContain('0 of 56 files are sound (1 damaged, 55 missing');
      expect(stderr).toMatch(/model\.json is damaged: it has 11 bytes/);
      const offline = await graft(['zoo', 'fetch', ENTRY, '--offline'], folder, env);
      expect(offline.code).toBe(1);
      expect(offline.stderr).toMatch(/group1-shard1of1 of .* and Graft is offline/);
    });
  });

  it('says that an architecture has no weights, and that what ships is there', async () => {
    await inTemporaryFolder(async (folder) => {
      const none = await graft(['zoo', 'fetch', 'mobilenet-v1'], folder);
      expect(none.code).toBe(2);
      expect(none.stderr).toContain('without weights');
      const shipped = await graft(['zoo', 'fetch', 'seed-cnn/mnist', '--offline'], folder);
      expect(shipped.stdout).toMatch(/seed-cnn\/mnist: 3 files \(already there\)/);
    });
  });
});
