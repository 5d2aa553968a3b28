import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { graft, inTemporaryFolder } from './graft.js';

const SMALL = ['--source', 'sketches-source', '--target', 'sketches-target', '--source-steps', '5', '--steps', '4'];
const TIME = 240_000;

describe('graft learn-curve', () => {
  it(
    'plots what it runs, keeps the runs, and plots a record again',
    async () => {
      await inTemporaryFolder(async (folder) => {
        const plan = [...SMALL, '--recipes', 'scratch,logistic', '--seeds', '2', '--runs', 'runs'];
        const { code, stdout, stderr } = await graft(
          ['learn-curve', ...plan, '--labels', '10,40', '--json', 'out.json'],
          folder,
        );
        expect(code, stderr).toBe(0);
        expect(stdout).toMatch(/o scratch {3}x logistic\. Bars: 95 % interval over seeds/);
        expect(stdout).toContain('└──');
        expect(stdout).toMatch(/recipe +10 labels +40 labels/);
        const record: { rows: object[] } = JSON.parse(await readFile(join(folder, 'out.json'), 'utf8'));
        expect(record.rows).toHaveLength(4);

        const again = await graft(['learn-curve', '--from', 'out.json', '--report', 'again.html'], folder);
        expect(again).toMatchObject({ code: 0, stdout });
        expect(await readFile(join(folder, 'again.html'), 'utf8')).toContain('Gains and costs');

        const finished = [...plan, '--seeds', '3', '--labels', '10', '--finished', '--quiet', '--json'];
        const partial = await graft(['compare', ...finished], folder);
        expect(JSON.parse(partial.stdout)).toMatchObject({
          missingRuns: 2,
          rows: [
            { recipe: 'scratch', seeds: [0, 1] },
            { recipe: 'logistic', seeds: [0, 1] },
          ],
        });
      });
    },
    TIME,
  );

  it(
    'refuses what is no record, and both a record and a comparison',
    async () => {
      await inTemporaryFolder(async (folder) => {
        await writeFile(join(folder, 'x.json'), '{"format": "graft-experiment"}');
        const none = await graft(['learn-curve', '--from', 'x.json'], folder);
        expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('no record of a comparison') });
        const both = await graft(['learn-curve', '--from', 'x.json', ...SMALL], folder);
        expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('Leave out --source') });
        const neither = await graft(['learn-curve'], folder);
        expect(neither).toMatchObject({ code: 2, stderr: expect.stringContaining("'--source <names>' not specified") });
        const finished = await graft(['compare', ...SMALL, '--finished'], folder);
        expect(finished).toMatchObject({ code: 2, stderr: expect.stringContaining('without --runs') });
      });
    },
    TIME,
  );
});

describe('graft find-rate', () => {
  it(
    'plots the loss over rates, in the terminal and as a page',
    async () => {
      await inTemporaryFolder(async (folder) => {
        const plan = [
          '--data',
          'sketches-target',
          '--backbone',
          'sketches-source',
          '--source-steps',
          '5',
          '--labels',
          '60',
        ];
        const { code, stdout, stderr } = await graft(
          ['find-rate', ...plan, '--train', 'head', '--steps', '40', '--to', '10', '--report', 'rates.html'],
          folder,
        );
        expect(code, stderr).toBe(0);
        expect(stdout).toMatch(/a new head on frozen features of .*60 labels, batches of 32/);
        expect(stdout).toMatch(/suggested: \d(\.\d)?e-?\d/);
        expect(stdout).toContain('1e-3');
        expect(await readFile(join(folder, 'rates.html'), 'utf8')).toMatch(/<polyline class="smoothed"/);
      });
    },
    TIME,
  );
});
