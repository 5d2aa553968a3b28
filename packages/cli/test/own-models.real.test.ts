import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { graft, inTemporaryFolder } from './graft.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const dataDir = resolve(root, process.env['GRAFT_DATA_DIR'] ?? '../shared/data');
const photos = join(dataDir, 'hymenoptera_data');
const graph = join(dataDir, 'mobilenet_v1_0.25_224-graph');
const missing = [photos, graph].filter((path) => !existsSync(path));
if (missing.length > 0)
  console.warn(`A published graph model as a backbone is not tested: ${missing.join(', ')} not found.`);

it.skipIf(missing.length > 0)(
  'tells ants from bees by the features of a published graph model, in a bundle that predicts by itself',
  async () => {
    await inTemporaryFolder(async (folder) => {
      const train = ['train', photos, '--backbone', graph, '--recipe', 'logistic-cv', '--out', 'model', '--json'];
      const trained = await graft(train, folder);
      expect(trained.code, trained.stderr).toBe(0);
      expect(trained.stderr).toContain(
        'cut after "module_apply_default/MobilenetV1/Logits/global_pool", inputs [224, 224, 3]',
      );
      const record: { testAccuracy: number } = JSON.parse(trained.stdout);
      // 65 of 83 are 78 %; half of them are of each class.
      expect(record.testAccuracy).toBeGreaterThan(0.78);
      const told = await graft(['predict', 'model', join(photos, 'val', 'bees'), '--json', '--quiet'], folder);
      expect(told.code, told.stderr).toBe(0);
      const results: { predictions: { label: string }[] }[] = JSON.parse(told.stdout);
      expect(results.filter(({ predictions: [best] }) => best?.label === 'bees').length).toBeGreaterThan(30);
    });
  },
  240_000,
);
