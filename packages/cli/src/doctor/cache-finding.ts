import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@graft-ml/core';
import { writeAtomic } from '@graft-ml/core/node';
import type { Finding } from './finding.js';

/** Whether the cache folder can be written to, and how much is in it. */
export async function cacheFinding(folder: string): Promise<Finding> {
  const about = 'cache folder';
  const probe = join(folder, `.graft-doctor-${randomUUID()}`);
  try {
    await writeAtomic(probe, 'probe');
    await rm(probe, { force: true });
  } catch (thrown) {
    return {
      about,
      state: 'problem',
      found: `${folder}: ${messageOf(thrown)}`,
      advice: 'Name another one by GRAFT_CACHE_DIR.',
    };
  }
  const { bytes, files } = await sizeOf(folder);
  return {
    about,
    state: 'ok',
    found: `${folder}, writable, ${files} files, ${(bytes / 1e6).toFixed(1)} MB`,
    details: { folder, files, bytes },
  };
}

async function sizeOf(folder: string): Promise<{ bytes: number; files: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  let files = 0;
  for (const entry of entries.filter((each) => each.isFile())) {
    // A file that another program removes meanwhile counts as nothing.
    bytes += await stat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    );
    files += 1;
  }
  return { bytes, files };
}
