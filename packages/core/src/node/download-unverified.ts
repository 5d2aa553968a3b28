import { readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as z from 'zod';
import { GraftError } from '../errors/graft-error.js';
import { throwIfCancelled } from '../events/cancel.js';
import { progressReporter } from '../events/progress-reporter.js';
import type { DownloadOptions } from './download.js';
import { fileSize, sha256OfFile, type FilePromise } from './check-file.js';
import { fetchPart } from './fetch-part.js';
import { makeFolder } from './make-folder.js';
import { storageError } from './storage-error.js';
import { writeAtomic } from './write-atomic.js';

export interface UnverifiedDownload extends Omit<DownloadOptions, keyof FilePromise> {
  /** More bytes than this are refused; default 2 GiB. */
  readonly mostBytes?: number;
}

/** What a file turned out to be, and which server gave it. */
export interface FirstDownload extends FilePromise {
  readonly url: string;
}

const TRIES = 4;
const MOST_BYTES = 2 ** 31;

/**
 * Fetch a file of which neither size nor hash is known, and say what they are. It goes on where an earlier try stopped
 * only where the server vouches, by an entity tag, that it still has the same file.
 *
 * @throws GraftError `unavailable` when no server gave it (with every server's reason), `cancelled`, `storage`
 */
export async function downloadUnverified(options: UnverifiedDownload): Promise<FirstDownload> {
  const { urls, path } = options;
  await makeFolder(dirname(path));
  const reasons: string[] = [];
  for (const url of urls) {
    const result = await tryServer(url, options);
    if (typeof result !== 'string') return { ...result, url };
    reasons.push(`${url} (${result})`);
  }
  throw new GraftError({
    code: 'unavailable',
    what: `${basename(path)} could not be downloaded: ${reasons.length === 0 ? 'it has no address' : reasons.join('; ')}.`,
    remedy: `Check the connection and run again, or put the file at ${path} yourself.`,
  });
}

async function tryServer(url: string, options: UnverifiedDownload): Promise<FilePromise | string> {
  const { path, signal, patienceMs } = options;
  const part = `${path}.part`;
  let reason = 'no try was made';
  for (let attempt = 0; attempt < TRIES; attempt++) {
    throwIfCancelled(signal, `downloading ${basename(path)}`);
    const tag = await keptTag(part, url);
    if (tag === undefined) await rm(part, { force: true });
    const have = (await fileSize(part)) ?? 0;
    const problem = await fetchPart({
      url,
      part,
      have,
      most: options.mostBytes ?? MOST_BYTES,
      ifRange: tag,
      report: reporterOf(options),
      onAnswer: ({ headers }) => keepTag(part, url, headers.get('etag')),
      signal,
      patienceMs,
    });
    if (problem === undefined) return finish(part, path);
    reason = problem;
    if (((await fileSize(part)) ?? 0) <= have) break;
  }
  return reason;
}

function reporterOf({ onProgress, title, path }: UnverifiedDownload): (done: number, total?: number) => void {
  let report: ((done: number) => void) | undefined;
  const about = { task: `downloading ${title ?? basename(path)}`, unit: 'bytes' } as const;
  return (done, total) => {
    if (total === undefined) return;
    report ??= progressReporter(onProgress, { ...about, total });
    report(done);
  };
}

async function finish(part: string, path: string): Promise<FilePromise> {
  try {
    const found = { bytes: (await fileSize(part)) ?? 0, sha256: await sha256OfFile(part) };
    await rename(part, path);
    await rm(tagFile(part), { force: true });
    return found;
  } catch (cause) {
    throw storageError(path, cause);
  }
}

const tagged: z.ZodType<{ url: string; etag: string }> = z.object({ url: z.string(), etag: z.string().min(1) });

function tagFile(part: string): string {
  return `${part}.json`;
}

/** The entity tag under which the kept part came from this address. Weak ones do not vouch for bytes. */
async function keptTag(part: string, url: string): Promise<string | undefined> {
  const text = await readFile(tagFile(part), 'utf8').catch(() => '');
  try {
    const kept = tagged.parse(JSON.parse(text));
    return kept.url === url ? kept.etag : undefined;
  } catch {
    return undefined;
  }
}

async function keepTag(part: string, url: string, etag: string | null): Promise<void> {
  if (etag === null || etag.startsWith('W/')) await rm(tagFile(part), { force: true });
  else await writeAtomic(tagFile(part), JSON.stringify({ url, etag }));
}
