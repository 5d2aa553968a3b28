import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import sharp from 'sharp';
import { cpu } from '@graft-ml/backend-cpu';
import { useBackend } from '@graft-ml/core';
import { readImage } from '../src/node/index.js';
import { withstands } from '../../zoo/test/mutate.js';

let folder: string;

beforeAll(async () => {
  await useBackend(cpu());
  folder = await mkdtemp(join(tmpdir(), 'graft-damaged-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('damaged pictures are read or refused, and never crash, hang or blow up', () => {
  it('pictures', { timeout: 1_800_000 }, async () => {
    const noise = sharp(Buffer.from(Uint8Array.from({ length: 24 * 24 * 3 }, (_, at) => (at * 97) % 251)), {
      raw: { width: 24, height: 24, channels: 3 },
    });
    const files = await Promise.all([
      noise.clone().jpeg().toBuffer(),
      noise.clone().png().toBuffer(),
      noise.clone().webp().toBuffer(),
      noise.clone().gif().toBuffer(),
      noise.clone().tiff().toBuffer(),
    ]);
    const path = join(folder, 'damaged-picture');
    await withstands('pictures', files, async (bytes) => {
      await writeFile(path, bytes);
      (await readImage(path, { height: 8, width: 8, channels: 3 })).dispose();
    });
  });
});
