import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { GraftError, messageOf } from '../errors/graft-error.js';
import { throwIfCancelled } from '../events/cancel.js';
import { progressReporter } from '../events/progress-reporter.js';
import type { OnProgress } from '../events/progress.js';
import { fileSize, sha256OfFile, type FilePromise } from './check-file.js';
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
    const problem = before === options.bytes ? undefined : await fetchInto(url, part, before, options, report);
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

/** @returns why the rest could not be fetched, or undefined */
async function fetchInto(
  url: string,
  part: string,
  have: number,
  options: DownloadOptions,
  report: (done: number) => void,
): Promise<string | undefined> {
  const patience = new Patience(options.patienceMs ?? 30_000);
  const signals = options.signal === undefined ? [patience.signal] : [patience.signal, options.signal];
  try {
    const response = await fetch(url, {
      // Compressed transfer would unpack .gz files on the way.
      headers: { 'accept-encoding': 'identity', ...(have > 0 ? { range: `bytes=${have}-` } : {}) },
      signal: AbortSignal.any(signals),
    });
    const from = startOf(response, have, options.bytes);
    if (typeof from === 'string' || response.body === null) {
      await response.body?.cancel();
      return typeof from === 'string' ? from : 'it sent nothing';
    }
    return await writeBody(response.body, part, from, options, patience, report);
  } catch (thrown) {
    throwIfCancelled(options.signal, `downloading ${basename(options.path)}`);
    if (thrown instanceof GraftError) throw thrown;
    if (patience.signal.aborted) return `it sent nothing for ${patience.ms} ms`;
    return reasonOf(thrown);
  } finally {
    patience.end();
  }
}

/** At which byte the answer begins, or why it is no use. */
function startOf(response: Response, have: number, bytes: number): number | string {
  const offered = response.headers.get('content-length');
  const wanted = response.status === 206 ? bytes - have : bytes;
  if (response.ok && offered !== null && Number(offered) !== wanted) {
    return `it offers ${offered} bytes, ${wanted} were expected`;
  }
  if (response.status === 200) return 0;
  if (response.status !== 206) return `it answered ${response.status} ${response.statusText}`.trim();
  const range = response.headers.get('content-range') ?? '';
  const begin = Number(/^bytes (\d+)-/.exec(range)?.[1] ?? Number.NaN);
  return begin === have ? begin : `it answered with the range "${range}" when asked for bytes from ${have}`;
}

async function writeBody(
  body: ReadableStream<Uint8Array>,
  part: string,
  from: number,
  { bytes }: DownloadOptions,
  patience: Patience,
  report: (done: number) => void,
): Promise<string | undefined> {
  const onDisk = <T>(work: Promise<T>): Promise<T> =>
    work.catch((cause: unknown) => {
      throw storageError(part, cause);
    });
  // Never truncated here, because another process may have come further with the same bytes.
  const file = await onDisk(open(part, constants.O_RDWR | constants.O_CREAT));
  try {
    let at = from;
    report(at);
    for await (const chunk of body) {
      patience.renew();
      if (at + chunk.byteLength > bytes) {
        // Not this file: keep none of it, or the next try would build on it.
        await onDisk(file.truncate(0));
        return `it sends more than the ${bytes} bytes expected`;
      }
      await onDisk(writeWhole(file, chunk, at));
      at += chunk.byteLength;
      report(at);
    }
    if (at < bytes) {
      // It ended properly (a cut connection throws), so what it sent is another file.
      await onDisk(file.truncate(0));
      return `it sent ${at} bytes, ${bytes} were expected`;
    }
    await onDisk(file.sync());
    return undefined;
  } finally {
    await file.close();
  }
}

async function writeWhole(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array, at: number): Promise<void> {
  for (let written = 0; written < chunk.byteLength;) {
    const { bytesWritten } = await file.write(chunk, written, chunk.byteLength - written, at + written);
    written += bytesWritten;
  }
}

/** Aborts when nothing happened for too long. */
class Patience {
  readonly #controller = new AbortController();
  readonly ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number) {
    this.ms = ms;
    this.renew();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  renew(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#controller.abort();
    }, this.ms);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** fetch says only "fetch failed"; its cause says why. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause === undefined ? messageOf(thrown) : `${messageOf(thrown)}: ${messageOf(cause)}`;
}
