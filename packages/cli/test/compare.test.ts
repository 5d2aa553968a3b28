import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { graft, inTemporaryFolder } from './graft.js';

const COMPARE = [
  'compare',
  '--source',
  'sketches-source',
  '--target',
  'sketches-target',
  '--source-steps',
  '20',
  '--steps',
  '8',
];

interface Row {
  readonly recipe: string;
  readonly testAccuracy: { readonly mean: number; readonly sd: number; readonly values: readonly number[] };
}

describe('graft compare', () => {
  it('writes the record and the report, and prints the table', async () => {
    await inTemporaryFolder(async (folder) => {
      const plan = ['--recipes', 'scratch,frozen@conv2', '--labels', '40', '--seeds', '4,7'];
      const { code, stdout, stderr } = await graft(
        [...COMPARE, ...plan, '--threads', '2', '--json', 'out.json', '--report', 'out.html'],
        folder,
      );
      expect(code, stderr).toBe(0);
      const record: { source: object; rows: Row[]; environment: object } = JSON.parse(
        await readFile(join(folder, 'out.json'), 'utf8'),
      );
      expect(record.source).toMatchObject({
        name: expect.stringContaining('sketches-source'),
        testAccuracy: expect.any(Number),
      });
      expect(record.environment).toMatchObject({
        tfjs: '4.22.0',
        backend: 'wasm',
        backendDetails: { threads: 2 },
      });
      expect(record.rows.map((row) => row.recipe)).toEqual(['scratch', 'frozen@conv2']);
      for (const row of record.rows) {
        expect(row).toMatchObject({
          labels: 40,
          seeds: [4, 7],
          trainSeconds: expect.any(Number),
          trainableParameters: expect.any(Number),
          negativeTransfer: expect.any(Boolean),
        });
        const { mean, values } = row.testAccuracy;
        expect(values).toHaveLength(2);
        expect(mean).toBeCloseTo(((values[0] ?? 0) + (values[1] ?? 0)) / 2, 12);
        expect(stdout).toContain(row.recipe);
      }
      expect(await readFile(join(folder, 'out.html'), 'utf8')).toMatch(/^<!doctype html>/i);
      expect((await readdir(folder)).sort()).toEqual(['out.html', 'out.json']);
    });
  }, 120_000);

  it('prints nothing but JSON with --json, and no remarks with --quiet', async () => {
    await inTemporaryFolder(async (folder) => {
      const small = ['--recipes', 'frozen', '--labels', '10', '--seeds', '1', '--cut', 'dense1'];
      const { code, stdout, stderr } = await graft([...COMPARE, ...small, '--json', '--quiet'], folder);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({
        format: 'graft-experiment',
        rows: [{ recipe: 'frozen', labels: 10, trainableParameters: 1290 }],
      });
    });
  }, 120_000);

  it('tells of a cut that the source does not have before it compares', async () => {
    await inTemporaryFolder(async (folder) => {
      const { code, stderr } = await graft(
        [...COMPARE, '--recipes', 'scratch,frozen', '--cut', 'conv9', '--labels', '10'],
        folder,
      );
      expect(code).toBe(2);
      expect(stderr).toContain('no layer "conv9"');
      expect(stderr).not.toContain('comparing');
      expect(stderr).toContain('"conv2"');
    });
  }, 120_000);
});
