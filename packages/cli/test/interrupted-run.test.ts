import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRunFolder } from '../src/support/interrupted-run.js';
import { inTemporaryFolder } from './graft.js';

const FACTS = { recipe: 'fine-tune', seed: 1 };
const FRESH = { resume: false, restart: false };
const RESUME = { resume: true, restart: false };

async function interrupt(out: string): Promise<void> {
  const run = await openRunFolder(out, FACTS, FRESH);
  await run.store.write(run.file, new Uint8Array([1]));
}

describe('openRunFolder', () => {
  it('refuses to overwrite an interrupted run, unless told to', async () => {
    await inTemporaryFolder(async (out) => {
      await interrupt(out);
      await expect(openRunFolder(out, FACTS, FRESH)).rejects.toMatchObject({ code: 'bad-input' });
      const run = await openRunFolder(out, FACTS, { resume: false, restart: true });
      expect(await run.hasCheckpoint()).toBe(false);
    });
  });

  it('goes on with the same run only, and names what differs', async () => {
    await inTemporaryFolder(async (out) => {
      await interrupt(out);
      expect(await (await openRunFolder(out, { ...FACTS }, RESUME)).hasCheckpoint()).toBe(true);
      await expect(openRunFolder(out, { ...FACTS, seed: 2 }, RESUME)).rejects.toMatchObject({
        code: 'bad-input',
        what: expect.stringContaining('seed 1'),
        expected: expect.stringContaining('seed 2'),
      });
    });
  });

  it('has nothing to go on with before there was a run, nor after its end', async () => {
    await inTemporaryFolder(async (out) => {
      await expect(openRunFolder(out, FACTS, RESUME)).rejects.toMatchObject({ code: 'not-found' });
      await interrupt(out);
      await (await openRunFolder(out, FACTS, RESUME)).remove();
      await expect(openRunFolder(out, FACTS, RESUME)).rejects.toMatchObject({ code: 'not-found' });
    });
  });

  it.each(['', 'null', '{"recipe":'])('tells of a damaged run.json: %j', async (text) => {
    await inTemporaryFolder(async (out) => {
      await interrupt(out);
      await writeFile(join(out, 'checkpoint', 'run.json'), text);
      await expect(openRunFolder(out, FACTS, RESUME)).rejects.toMatchObject({ code: 'corrupt' });
    });
  });
});
