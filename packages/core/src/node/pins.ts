import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { GraftError } from '../errors/graft-error.js';
import { assertInside } from '../store/store.js';
import { cacheFolder } from './cache-folder.js';
import type { FilePromise } from './check-file.js';
import { writeAtomic } from './write-atomic.js';

/** What a file was when it was first used here. */
export interface Pin extends FilePromise {
  /** Where it came from: an address, or a path. */
  readonly from: string;
  /** When, as ISO 8601. */
  readonly at: string;
}

const pin: z.ZodType<Pin> = z.object({
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  from: z.string(),
  at: z.string(),
});

/** Where the pin of a file is kept: apart from the file, so that it outlives it. */
export function pinPath(folder: string, name: string, cacheDir?: string): string {
  assertInside(`${folder}/${name}`);
  return join(resolve(cacheDir ?? cacheFolder()), 'pins', folder, `${name}.json`);
}

/** @returns undefined when the file was never used here. @throws GraftError `corrupt` for a pin that cannot be read */
export async function readPin(folder: string, name: string, cacheDir?: string): Promise<Pin | undefined> {
  const path = pinPath(folder, name, cacheDir);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return pin.parse(JSON.parse(text));
  } catch (cause) {
    throw new GraftError({
      code: 'corrupt',
      what: `${path} is no pin of a file.`,
      expected: 'JSON with bytes, sha256, from and at was expected.',
      remedy: 'Remove it to trust the file anew.',
      cause,
    });
  }
}

export async function writePin(folder: string, name: string, found: Pin, cacheDir?: string): Promise<void> {
  await writeAtomic(pinPath(folder, name, cacheDir), `${JSON.stringify(found, null, 1)}\n`);
}
