import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { GraftError, messageOf } from '../errors/graft-error.js';
import { throwIfCancelled } from '../events/cancel.js';
import { storageError } from './storage-error.js';
import { webFetch, type WebAnswer } from './web-fetch.js';

/** A file that is being fetched, and what is there of it already. */
export interface PartOptions {
  readonly url: string;
  /** The file that the bytes are written to. */
  readonly part: string;
  /** How many of its bytes are kept. */
  readonly have: number;
  /** How many bytes there will be; undefined where only the server knows. */
  readonly bytes?: number | undefined;
  /** More than this is refused where `bytes` is unknown. */
  readonly most?: number;
  /** The entity tag that what is kept was sent under: the server sends the rest only if it still is that. */
  readonly ifRange?: string | undefined;
  readonly report: (done: number, total?: number) => void;
  /** Called with the answer before its bytes are written. */
  readonly onAnswer?: (answer: WebAnswer) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  /** Give up on a server that sends nothing for so long; default 30,000 ms. */
  readonly patienceMs?: number | undefined;
}

/** @returns why the rest could not be fetched, or undefined */
export async function fetchPart(options: PartOptions): Promise<string | undefined> {
  const { url, part, have, ifRange } = options;
  const patience = new Patience(options.patienceMs ?? 30_000);
  const signals = options.signal === undefined ? [patience.signal] : [patience.signal, options.signal];
  const title = `downloading ${basename(part, '.part')}`;
  try {
    const answer = await (
      await webFetch()
    )(url, {
      // Compressed transfer would unpack .gz files on the way.
      headers: {
        'accept-encoding': 'identity',
        ...(have > 0 ? { range: `bytes=${have}-` } : {}),
        ...(have > 0 && ifRange !== undefined ? { 'if-range': ifRange } : {}),
      },
      signal: AbortSignal.any(signals),
    });
    const place = placeOf(answer, options);
    if (typeof place === 'string' || answer.body === null) {
      await answer.body?.cancel();
      return typeof place === 'string' ? place : 'it sent nothing';
    }
    await options.onAnswer?.(answer);
    return await writeBody(answer.body, place, options, patience);
  } catch (thrown) {
    throwIfCancelled(options.signal, title);
    if (thrown instanceof GraftError) throw thrown;
    if (patience.signal.aborted) return `it sent nothing for ${patience.ms} ms`;
    return reasonOf(thrown);
  } finally {
    patience.end();
  }
}

/** Where an answer's bytes belong. */
interface Place {
  readonly from: number;
  /** The whole file's bytes, where anybody says so. */
  readonly total: number | undefined;
}

/** Where the answer's bytes belong, or why it is no use. */
function placeOf(answer: WebAnswer, { have, bytes, most }: PartOptions): Place | string {
  const length = answer.headers.get('content-length');
  const offered = length === null ? undefined : Number(length);
  if (answer.status !== 200 && answer.status !== 206) {
    return `it answered ${answer.status} ${answer.statusText}`.trim();
  }
  const from = answer.status === 206 ? have : 0;
  const wanted = bytes === undefined ? undefined : bytes - from;
  if (offered !== undefined && wanted !== undefined && offered !== wanted) {
    return `it offers ${offered} bytes, ${wanted} were expected`;
  }
  if (answer.status === 206) {
    const range = answer.headers.get('content-range') ?? '';
    const begin = Number(/^bytes (\d+)-/.exec(range)?.[1] ?? Number.NaN);
    if (begin !== have) return `it answered with the range "${range}" when asked for bytes from ${have}`;
  }
  const total = bytes ?? (offered === undefined ? undefined : from + offered);
  if (total !== undefined && total > (most ?? total)) return `it offers ${total} bytes, at most ${most} were expected`;
  return { from, total };
}

async function writeBody(
  body: AsyncIterable<Uint8Array>,
  { from, total }: Place,
  { part, most, report }: PartOptions,
  patience: Patience,
): Promise<string | undefined> {
  const limit = total ?? most ?? Number.POSITIVE_INFINITY;
  const onDisk = <T>(work: Promise<T>): Promise<T> =>
    work.catch((cause: unknown) => {
      throw storageError(part, cause);
    });
  // Never truncated here, because another process may have come further with the same bytes.
  const file = await onDisk(open(part, constants.O_RDWR | constants.O_CREAT));
  try {
    let at = from;
    report(at, total);
    for await (const chunk of body) {
      patience.renew();
      if (at + chunk.byteLength > limit) {
        // Not this file: keep none of it, or the next try would build on it.
        await onDisk(file.truncate(0));
        return `it sends more than the ${limit} bytes expected`;
      }
      await onDisk(writeWhole(file, chunk, at));
      at += chunk.byteLength;
      report(at, total);
    }
    if (total !== undefined && at < total) {
      // It ended properly (a cut connection throws), so what it sent is another file.
      await onDisk(file.truncate(0));
      return `it sent ${at} bytes, ${total} were expected`;
    }
    // Only an earlier try of another file can have left more than this.
    if (total === undefined) await onDisk(file.truncate(at));
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
