import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { graft, inTemporaryFolder } from './graft.js';

const SHORT = ['quickstart', '--source-steps', '10', '--steps', '5', '--seeds', '1', '--labels', '20'];

describe('graft quickstart', () => {
  it('prints the table and what to try next, and what it suggests works', async () => {
    await inTemporaryFolder(async (folder) => {
      const { code, stdout, stderr } = await graft(SHORT, folder, {
        http_proxy: 'http://127.0.0.1:9',
        https_proxy: 'http://127.0.0.1:9',
      });
      expect(code, stderr).toBe(0);
      for (const recipe of ['scratch', 'frozen', 'fine-tune']) expect(stdout).toContain(recipe);
      expect(stdout).toContain('What to try next:');
      expect((await readdir(join(folder, 'graft-quickstart'))).sort()).toEqual([
        'model',
        'pictures',
        'record.json',
        'report.html',
      ]);
      expect(await readFile(join(folder, 'graft-quickstart', 'report.html'), 'utf8')).toContain('fine-tune');

      const predict = /\$ npx graft (predict .*)/.exec(stdout)?.[1]?.split(' ') ?? [];
      const predicted = await graft(predict, folder);
      expect(predicted.code, predicted.stderr).toBe(0);
      expect(predicted.stdout.trim().split('\n')).toHaveLength(3);
    });
  }, 120_000);
});
