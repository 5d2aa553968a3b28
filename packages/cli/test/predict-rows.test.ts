import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { graft, inTemporaryFolder } from './graft.js';

describe('graft predict on tables', () => {
  it('tells the column that was trained on, of rows without it', async () => {
    await inTemporaryFolder(async (folder) => {
      const rows = Array.from({ length: 60 }, (_, at) => `${at % 10},${at % 2 ? 'coast' : 'inland'}`);
      const told = rows.map((row, at) => `${row},${at % 2 ? 500 : 100}.5,${at % 2 ? 'dear' : 'cheap'}`);
      await writeFile(join(folder, 'homes.csv'), ['rooms,place,price,word', ...told].join('\n'));
      await writeFile(join(folder, 'new.csv'), 'place,rooms\ncoast,3\ninland,\n"inland",4\n');
      const train = ['train', 'homes.csv', '--epochs', '60', '--learning-rate', '0.02'];
      const values = await graft([...train, '--target', 'price', '--without', 'word', '--out', 'prices'], folder);
      expect(values.code, values.stderr).toBe(0);
      expect(values.stdout).toContain('graft predict prices more.csv --csv');
      const lines = await graft(['predict', 'prices', 'new.csv', '--quiet'], folder);
      expect(lines.stdout.trim().split('\n')).toEqual([
        expect.stringMatching(/^row 1: price [45]\d\d/),
        expect.stringMatching(/^row 2: price \d+/),
        expect.stringMatching(/^row 3: price (\d\d|1\d\d)(\.|$)/),
      ]);

      const classes = await graft([...train, '--target', 'word', '--without', 'price', '--out', 'words'], folder);
      expect(classes.code, classes.stderr).toBe(0);
      const table = 'place,rooms\ncoast,3\ninland,4\n';
      const csv = await graft(['predict', 'words', '-', '--csv', '--quiet'], folder, {}, table);
      expect(csv.code, csv.stderr).toBe(0);
      expect(csv.stdout.trim().split('\n')).toEqual([
        'place,rooms,predicted word,confidence',
        expect.stringMatching(/^coast,3,dear,(0\.\d+|1)$/),
        expect.stringMatching(/^inland,4,cheap,(0\.\d+|1)$/),
      ]);
      const json = await graft(['predict', 'words', 'new.csv', '--json', '--top', '2', '--quiet'], folder);
      expect(JSON.parse(json.stdout)[0]).toMatchObject({
        file: 'new.csv',
        row: 1,
        predictions: [{ label: 'dear' }, { label: 'cheap' }],
      });

      for (const [args, stdin, message, code = 2] of [
        [['predict', 'words', 'nowhere.csv'], '', 'nowhere.csv cannot be read'],
        [['predict', 'words', '-'], 'rooms\n1\n', 'no column "place"'],
        [['predict', 'words', '-'], '', 'The table on stdin has no rows', 1],
        [['predict', 'words', '-'], 'place,rooms\ncoast,many\n', 'holds "many" in the column "rooms"'],
        [['predict', 'words', '-', '--csv', '--json'], '', 'Both --json and --csv'],
      ] as const) {
        const refused = await graft(args, folder, {}, stdin);
        expect({ code: refused.code, stderr: refused.stderr }).toEqual({
          code,
          stderr: expect.stringContaining(message),
        });
      }
    });
  }, 120_000);
});
