import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('stream-features.mjs', import.meta.url));

/** With GRAFT_FULL=1, as in `npm run test:full`, what is extracted is several times what memory may hold. */
const isFull = process.env['GRAFT_FULL'] === '1';
const [examples, mostMegabytes] = isFull ? [100_000, 600] : [12_000, 300];

test(
  `${examples * 16} kB of features are extracted and trained on within ${mostMegabytes} MB`,
  { timeout: 600_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'graft-bounded-'));
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, folder, String(examples), '4000']);
      const found: unknown = JSON.parse(stdout);
      expect(found).toMatchObject({ featureBytes: examples * 16_000 });
      const { rssBefore, rssPeak, accuracy } = Object(found);
      expect(rssPeak).toBeLessThan(mostMegabytes * 1e6);
      // Less than the features themselves: they were never in memory together.
      expect(rssPeak - rssBefore).toBeLessThan(examples * 16_000);
      expect(accuracy).toBeGreaterThan(0.5);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
