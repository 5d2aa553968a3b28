import { createHash } from 'node:crypto';
import { GraftError, progressReporter, throwIfCancelled, type OnProgress } from '@graft-ml/core';
import type { PixelCache } from '../../images/pixel-cache.js';
import type { PictureSpec } from '../../images/picture-spec.js';
import { pictureSignature, type PictureSignature } from '../../inspect/picture-signature.js';
import { inParallel } from '../../internal/in-parallel.js';
import { readPictureFile } from '../read-image.js';
import { decodePicture } from './decode-picture.js';
import type { PictureItem, PictureList, SkippedFile } from './picture-list.js';

/** A picture that was decoded once. */
export interface CheckedPicture {
  readonly item: PictureItem;
  readonly signature: PictureSignature;
}

export interface CheckOptions {
  readonly concurrency: number;
  /** Takes the decoded pictures, as far as they fit. */
  readonly cache: PixelCache;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Read and decode every picture once, in the list's order. Files that are no pictures are listed, not fatal. */
export async function checkPictures(
  list: PictureList,
  spec: PictureSpec,
  { concurrency, cache, onProgress, signal }: CheckOptions,
): Promise<{ readonly pictures: readonly CheckedPicture[]; readonly skipped: readonly SkippedFile[] }> {
  const report = progressReporter(onProgress, {
    task: `reading the pictures of ${list.name}`,
    unit: 'examples',
    total: list.items.length,
  });
  const results: (CheckedPicture | SkippedFile | undefined)[] = Array.from({ length: list.items.length });
  let done = 0;
  await inParallel(list.items, concurrency, async (item, at) => {
    throwIfCancelled(signal, `reading the pictures of "${list.name}"`);
    results[at] = await checkPicture(item, spec, cache);
    report(++done);
  });
  const pictures: CheckedPicture[] = [];
  const skipped: SkippedFile[] = [];
  for (const result of results) {
    if (result === undefined) continue;
    if ('item' in result) pictures.push(result);
    else skipped.push(result);
  }
  return { pictures, skipped };
}

async function checkPicture(
  item: PictureItem,
  spec: PictureSpec,
  cache: PixelCache,
): Promise<CheckedPicture | SkippedFile> {
  try {
    const bytes = await readPictureFile(item.path);
    const pixels = await decodePicture(bytes, spec, item.name);
    cache.offer(item.path, pixels);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { item, signature: pictureSignature(pixels, spec, sha256) };
  } catch (thrown) {
    if (!(thrown instanceof GraftError) || !['corrupt', 'not-found'].includes(thrown.code)) throw thrown;
    return { name: item.name, reason: thrown.what.replace(/^.* cannot be read as a picture: /, '').replace(/\.$/, '') };
  }
}

/** One picture's pixels, from the cache or from its file. */
export async function decodeItem(item: PictureItem, spec: PictureSpec, cache: PixelCache): Promise<Uint8Array> {
  const known = cache.get(item.path);
  if (known !== undefined) return known;
  return decodePicture(await readPictureFile(item.path), spec, item.path);
}
