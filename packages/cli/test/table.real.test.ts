import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadBundle, useBackend } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import { cpu } from '@graft-ml/backend-cpu';
import { describe, expect, it } from 'vitest';
import { graft, inTemporaryFolder } from './graft.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const file = join(
  resolve(root, process.env['GRAFT_DATA_DIR'] ?? '../shared/data'),
  'california-housing',
  'housing.csv',
);
const missing = !existsSync(file);
if (missing) console.warn(`real-data test of tables is skipped: there is no ${file}`);

describe.skipIf(missing)('on California housing', () => {
  it('explains three quarters of the variance of rows that it has not seen', async () => {
    await inTemporaryFolder(async (folder) => {
      const train = ['train', file, '--target', 'median_house_value', '--epochs', '12', '--out', 'model', '--json'];
      const { code, stdout, stderr } = await graft(train, folder);
      expect(code, stderr).toBe(0);
      const record: unknown = JSON.parse(stdout);
      expect(record).toMatchObject({
        data: { trainExamples: 16_512, testExamples: 4128 },
        form: {
          columns: expect.arrayContaining([
            expect.objectContaining({ kind: 'number', name: 'total_bedrooms', indicator: true }),
            {
              kind: 'category',
              name: 'ocean_proximity',
              values: ['<1H OCEAN', 'INLAND', 'ISLAND', 'NEAR BAY', 'NEAR OCEAN'],
            },
          ]),
        },
      });
      expect(record).toHaveProperty(
        'scores.r2',
        expect.toSatisfy((r2: number) => r2 >= 0.75 && r2 < 0.9),
      );
      // Outputs are in dollars: the bias of the last layer is near the mean price.
      await useBackend(cpu());
      const { model } = await loadBundle(fileStore(join(folder, 'model')));
      const bias = await model.getLayer('head').getWeights()[1]?.data();
      expect(bias?.[0]).toBeGreaterThan(10_000);
      model.dispose();
    });
  }, 120_000);
});
