import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { chosenRows, ROWS } from '../src/rows.mjs';
import { ratioOf, spreadOf } from '../src/statistics.mjs';
import { summarise } from '../src/summary.mjs';
import { tableOf } from '../src/table.mjs';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../run.mjs', import.meta.url));

describe('statistics', () => {
  it('gives median and quartiles as NumPy does', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, low: 1.75, high: 3.25 });
    expect(spreadOf([5])).toEqual({ median: 5, low: 5, high: 5 });
  });

  it('takes ratios round by round', () => {
    expect(ratioOf([10, 20, 40], [5, 10, 10]).median).toBe(2);
  });
});

describe('rows', () => {
  it('have ids of their own, and are chosen by patterns', () => {
    expect(new Set(ROWS.map(({ id }) => id)).size).toBe(ROWS.length);
    expect(chosenRows(['seed-cnn-*', 'mlp']).map(({ id }) => id)).toEqual(['seed-cnn-32', 'seed-cnn-128', 'mlp']);
    expect(() => chosenRows(['seed'])).toThrow(/no row "seed"/);
  });
});

describe('the table', () => {
  const started = (): Promise<never> => Promise.reject(new Error('not started here'));
  const peers = [
    { id: 'graft-20', family: 'graft', threads: 1, title: 'Graft, Node 20', start: started },
    { id: 'torch', family: 'torch', threads: 1, title: 'PyTorch', start: started },
    { id: 'jax', family: 'jax', threads: 1, title: 'jax', start: started },
  ];
  const [row] = chosenRows(['mlp']);
  const cells = [
    { peer: 'graft-20', values: [2, 2, 4], waited: [1, 1, 1], doubts: [] },
    { peer: 'torch', values: [4, 4, 4], waited: [2, 2, 2], doubts: ['a loss is not finite'] },
    { peer: 'jax', missing: 'not installed', values: [], waited: [], doubts: [] },
  ];

  it('holds ratios, reasons for what is missing, and doubts', () => {
    if (row === undefined) throw new Error('the row was expected');
    const lines = summarise([{ row, cells, load: 0 }], peers);
    expect(lines[0]?.against[0]?.ratio).toEqual({ median: 0.5, low: 0.5, high: 0.75 });
    const table = tableOf(lines, peers);
    expect(table).toContain('| 2.00 ms | 4.00 ms · **0.50** (0.50–0.75) |');
    expect(table).toContain('[1] not installed');
    expect(table).toMatch(/! MLP step.*PyTorch: a loss is not finite/);
    expect(table).toMatch(/~ MLP step.*kept waiting.*PyTorch 2\.00/);
  });
});

describe('the program', () => {
  it('measures a training step and a matrix product of Graft, and writes them as JSON', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'graft-bench-'));
    try {
      const json = join(folder, 'bench.json');
      const rows = 'mlp,matmul-128x1152x64-ta,kernel-share';
      const args = ['--quick', '--peers', 'graft', '--threads', '1', '--rows', rows, '--json', json];
      const { stdout } = await run(process.execPath, [program, ...args]);
      expect(stdout).toContain('MLP step');
      const { lines } = JSON.parse(await readFile(json, 'utf8'));
      expect(lines.map((line: { row: string }) => line.row)).toEqual(rows.split(','));
      for (const { value, doubts } of lines) {
        expect(value.median).toBeGreaterThan(0);
        expect(doubts).toEqual([]);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses options that do not exist', async () => {
    await expect(run(process.execPath, [program, '--row', 'mlp'])).rejects.toThrow(/Unknown option '--row'/);
  });
});
