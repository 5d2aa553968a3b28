import { GraftError, memoryStore, progressReporter, sha256, throwIfCancelled } from '@graft-ml/core';
import type { OnProgress, Store } from '@graft-ml/core';
import type { PublishedWeights, WeightFile } from '@graft-ml/zoo';

/** Files that are fetched at a time: more only wait for each other. */
const AT_ONCE = 6;

export interface FetchOptions {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Told once when the browser refuses to keep the files: they are then fetched again the next time. */
  readonly onNotKept: (why: string) => void;
}

/**
 * Published weights, in memory: from the browser's cache where they are kept, else from the web, and then kept. The sha256
 * of every file is checked in both cases.
 *
 * @throws GraftError `unavailable` without a connection, `corrupt` for other bytes than the pinned ones, `cancelled`
 */
export async function backboneFiles(published: PublishedWeights, options: FetchOptions): Promise<Store> {
  const { folder } = published;
  const files = published.files.map(pinned);
  const store = memoryStore(folder);
  const cache = await openCache(options.onNotKept);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const report = progressReporter(options.onProgress, { task: 'fetching the backbone', unit: 'bytes', total });
  let done = 0;
  let keeps = cache !== undefined;
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      throwIfCancelled(options.signal, 'fetching the backbone');
      const { bytes, isNew } = await oneFile(file, cache, options.signal);
      await store.write(file.name, bytes);
      if (isNew && keeps) {
        try {
          await cache?.put(file.urls[0] ?? file.name, new Response(bytes.slice().buffer));
        } catch {
          keeps = false;
          options.onNotKept(
            'The browser’s storage is full, so the backbone was not kept: it will be fetched again next time. Nothing else was lost.',
          );
        }
      }
      done += file.bytes;
      report(done);
    }
  };
  report(0);
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return store;
}

/** A file whose bytes are known: this page takes no others. */
type PinnedFile = WeightFile & { readonly bytes: number; readonly sha256: string };

function pinned(file: WeightFile): PinnedFile {
  const { bytes, sha256: hash } = file;
  if (bytes !== undefined && hash !== undefined) return { ...file, bytes, sha256: hash };
  throw new GraftError({
    code: 'bad-input',
    what: `Nobody has checked the backbone’s file ${file.name} yet, so its bytes cannot be told from others.`,
    remedy: 'Choose another backbone.',
  });
}

async function openCache(onNotKept: (why: string) => void): Promise<Cache | undefined> {
  try {
    return await caches.open('graft-backbones');
  } catch {
    onNotKept('This browser keeps no files for this page, so the backbone will be fetched again next time.');
    return undefined;
  }
}

async function oneFile(
  file: PinnedFile,
  cache: Cache | undefined,
  signal: AbortSignal,
): Promise<{ readonly bytes: Uint8Array; readonly isNew: boolean }> {
  const kept = await cache?.match(file.urls[0] ?? file.name);
  if (kept !== undefined) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    // What was damaged on this disk is fetched again.
    if ((await sha256(bytes)) === file.sha256) return { bytes, isNew: false };
  }
  const bytes = await fetchFirst(file, signal);
  const found = await sha256(bytes);
  if (found === file.sha256) return { bytes, isNew: true };
  throw new GraftError({
    code: 'corrupt',
    what: `${file.urls[0]} has sha256 ${found} (${bytes.byteLength} bytes).`,
    expected: `${file.sha256} (${file.bytes} bytes) was expected.`,
    remedy: 'Try again; a proxy may have changed it.',
  });
}

async function fetchFirst(file: WeightFile, signal: AbortSignal): Promise<Uint8Array> {
  let reason: unknown = 'it has no address';
  for (const url of file.urls) {
    try {
      const response = await fetch(url, { signal });
      if (response.ok) return new Uint8Array(await response.arrayBuffer());
      reason = `${url} answered ${response.status}`;
    } catch (cause) {
      throwIfCancelled(signal, 'fetching the backbone');
      reason = cause;
    }
  }
  throw new GraftError({
    code: 'unavailable',
    what: `The backbone’s file ${file.name} could not be fetched.`,
    remedy: 'Check the connection, or choose the small backbone, which is part of this page.',
    cause: reason,
  });
}
