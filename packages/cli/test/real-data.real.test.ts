import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { graft, inTemporaryFolder } from './graft.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const dataDir = resolve(root, process.env['GRAFT_DATA_DIR'] ?? '../shared/data');
const missing = ['mnist', 'fashion-mnist'].filter((name) => !existsSync(resolve(dataDir, name)));
if (missing.length > 0)
  console.warn(`real-data tests of the cli are skipped: ${missing.join(' and ')} not in ${dataDir}`);

describe.skipIf(missing.length > 0)('on MNIST and Fashion-MNIST', () => {
  it('trains and evaluates from GRAFT_DATA_DIR, offline', async () => {
    await inTemporaryFolder(async (folder) => {
      const env = { GRAFT_DATA_DIR: dataDir };
      const source = ['--backbone', 'mnist', '--source-steps', '40', '--recipe', 'frozen'];
      const train = [
        'train',
        '--data',
        'fashion-mnist',
        ...source,
        '--labels',
        '200',
        '--steps',
        '60',
        '--out',
        'model',
        '--offline',
      ];
      const trained = await graft(train, folder, env);
      expect(trained.code, trained.stderr).toBe(0);
      expect(trained.stderr).toContain('60000 + 10000 examples (data-dir)');
      const evaluated = await graft(
        ['evaluate', 'model', '--data', 'fashion-mnist', '--json', '--offline'],
        folder,
        env,
      );
      expect(evaluated.code, evaluated.stderr).toBe(0);
      const evaluation: unknown = JSON.parse(evaluated.stdout);
      expect(evaluation).toMatchObject({
        data: { name: 'fashion-mnist/test', examples: 10_000 },
        labels: expect.arrayContaining(['Ankle boot']),
      });
      expect(evaluation).toHaveProperty(
        'accuracy',
        expect.toSatisfy((accuracy: number) => accuracy > 0.5 && accuracy < 0.9),
      );
    });
  }, 120_000);

  it('refuses to go to the web when offline', async () => {
    await inTemporaryFolder(async (folder) => {
      const train = ['train', '--data', 'mnist', '--backbone', 'sketches-source', '--out', 'model', '--offline'];
      const { code, stderr } = await graft(train, folder);
      expect(code).toBe(1);
      expect(stderr).toContain('Graft is offline');
    });
  }, 60_000);
});
