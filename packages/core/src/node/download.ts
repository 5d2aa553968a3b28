import { rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { GraftError } from '../errors/graft-error.js';
import { throwIfCancelled } from '../events/cancel.js';
import { progressReporter } from '../events/progress-reporter.js';
import type { OnProgress } from '../events/progress.js';
import { fileSize, sha256OfFile, type FilePromise } from './check-file.js';
import { fetchPart } from './fetch-part.js';
import { makeFolder } from './make-folder.js';
import { storageError } from './storage-error.js';

export interface DownloadOptions extends FilePromise {
  /** The same bytes at several places, best first. */
  readonly urls: readonly string[];
  /** The file's final name. Until it is whole and checked, the bytes are in `<path>.part`. */
  readonly path: string;
  /** What progress calls it; default the file's name. */
  readonly title?: string;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Give up on a server that sends nothing for so long; default 30,000 ms. */
  readonly patienceMs?: number;
}

/** Tries per server, as long as each brings new bytes. */
const TRIES = 4;

/**
 * Fetch a file: from the first server that gives it, going on where an earlier try stopped (also one of another
 * server, or of another run), checked by size and sha256, and renamed to its final name only then. An interrupted or
 * cancelled download leaves `<path>.part` for the next one.
 *
 * @throws GraftError `unavailable` when no server gave the right bytes (with every server's reason), `cancelled`, or
 *   `storage` when the disk refuses
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { urls, path, bytes } = options;
  const part = `${path}.part`;
  await makeFolder(dirname(path));
  const report = progressReporter(options.onProgress, {
    task: `downloading ${options.title ?? basename(path)}`,
    unit: 'bytes',
    total: bytes,
  });
  if (await isWhole(path, options)) return;
  const reasons: string[] = [];
  for (const url of urls) {
    const reason = await tryServer(url, part, options, report);
    if (reason === undefined) {
      report(bytes);
      return;
    }
    reasons.push(`${url} (${reason})`);
  }
  throw new GraftError({
    code: 'unavailable',
    what: `${basename(path)} could not be downloaded: ${reasons.length === 0 ? 'it has no address' : reasons.join('; ')}.`,
    remedy: `Check the connection and run again (it goes on where it stopped), or put the file at ${path} yourself.`,
  });
}

/** @returns undefined when the file has its final name and is right, else why this server could not make it so */
async function tryServer(
  url: string,
  part: string,
  options: DownloadOptions,
  report: (done: number) => void,
): Promise<string | undefined> {
  let reason = 'no try was made';
  for (let attempt = 0; attempt < TRIES; attempt++) {
    throwIfCancelled(options.signal, `downloading ${basename(options.path)}`);
    const before = await resumableBytes(part, options.bytes);
    const problem = before === options.bytes ? undefined : await fetchRest(url, part, before, options, report);
    const after = await fileSize(part);
    if (problem === undefined && (after === undefined || after === options.bytes)) {
      const wrong = await finish(part, options);
      if (wrong === undefined) return undefined;
      reason = wrong;
      // What an earlier try had left may have been the wrong part: one more try, from the start.
      if (before > 0) continue;
      return reason;
    }
    reason = problem ?? `it sent ${after} bytes, ${options.bytes} were expected`;
    // A connection that was cut is worth another try only if it brought something.
    if ((after ?? 0) <= before) return reason;
  }
  return reason;
}

/**
 * Check a part that has its full size, and give it the final name. Another process may be fetching the same file: both
 * write the same bytes to the same places, the first to finish renames, and the second finds the work done.
 *
 * @returns undefined when the final file is there, else what is wrong with the part, which is then removed
 */
async function finish(part: string, options: DownloadOptions): Promise<string | undefined> {
  try {
    const found = await sha256OfFile(part);
    if (found === options.sha256) {
      await rename(part, options.path);
      return undefined;
    }
    await rm(part, { force: true });
    return `the bytes have sha256 ${found}, ${options.sha256} was expected`;
  } catch (cause) {
    if (await isWhole(options.path, options)) return undefined;
    throw storageError(options.path, cause);
  }
}

async function isWhole(path: string, { bytes, sha256 }: FilePromise): Promise<boolean> {
  return (await fileSize(path)) === bytes && (await sha256OfFile(path)) === sha256;
}

/** How many bytes of an earlier try can be kept. A part that is too long cannot be of this file. */
async function resumableBytes(part: string, bytes: number): Promise<number> {
  const size = (await fileSize(part)) ?? 0;
  if (size <= bytes) return size;
  await rm(part, { force: true });
  return 0;
}

function fetchRest(
  url: string,
  part: string,
  have: number,
  { bytes, signal, patienceMs }: DownloadOptions,
  report: (done: number) => void,
): Promise<string | undefined> {
  return fetchPart({ url, part, have, bytes, report, signal, patienceMs });
}
