import { messageOf } from '@graft-ml/core';
import { THREAD_SOURCE } from '../../generated/h5-thread.js';
import type { H5Tree } from './h5-tree.js';
import type { ThreadAnswer } from './thread-messages.js';

/** A file that takes longer than this, and a second more for each 10 MB, is damaged: sound ones take a thousandth. */
const PATIENCE_MS = 1500;
const BYTES_A_MS = 10_000;
/** What goes wrong inside the library is never cleaned up; after thousands of damaged files it ends in a circle. */
const MOST_PROBLEMS = 100;

type Worker = NonNullable<Awaited<ReturnType<typeof start>>>;

/** The thread, between files; it keeps no program alive. */
let idle: Worker | undefined;
let problems = 0;
/** One file at a time. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Read an HDF5 file in a thread of its own, which is ended when it does not come back: the library may run in circles, and be
 * left broken, by a damaged file.
 *
 * @returns undefined where no such thread can be had: in pages, or where h5wasm is part of a bundle
 * @throws Error with what the library said, or that it did not come back
 */
export function readInThread(bytes: Uint8Array): Promise<H5Tree | undefined> {
  const job = last.then(async () => {
    const worker = idle ?? (await start());
    idle = undefined;
    if (worker === undefined) return undefined;
    const answer = await ask(worker, bytes);
    if ('tree' in answer || ('problem' in answer && ++problems % MOST_PROBLEMS !== 0)) {
      worker.unref();
      idle = worker;
    } else await worker.terminate();
    if ('tree' in answer) return answer.tree;
    throw new Error('problem' in answer ? answer.problem : answer.gone);
  });
  last = job.catch(() => undefined);
  return job;
}

async function start() {
  // Not imported: the same code runs in pages.
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
  if (threads === undefined) return undefined;
  let library: string;
  try {
    library = import.meta.resolve('h5wasm');
  } catch {
    return undefined;
  }
  // Without the program's own flags, some of which change what the source means; what the library prints goes nowhere.
  const worker = new threads.Worker(THREAD_SOURCE, {
    eval: true,
    execArgv: [],
    env: {},
    workerData: library,
    stdout: true,
    stderr: true,
  });
  // One that ends between files is not asked again, and is nobody's error.
  worker
    .on('error', () => undefined)
    .on('exit', () => {
      if (idle === worker) idle = undefined;
    });
  const started = await next<{ readonly ready: true }>(worker);
  if ('ready' in started) return worker;
  await worker.terminate();
  return undefined;
}

/** Why there is no answer. */
interface Gone {
  readonly gone: string;
}

async function ask(worker: Worker, bytes: Uint8Array): Promise<ThreadAnswer | Gone> {
  worker.ref();
  // A copy to hand over, of this file alone where it is a part of another one. (A Buffer's slice would be no copy.)
  const copy = new Uint8Array(bytes);
  const answer = next<ThreadAnswer>(worker, PATIENCE_MS + bytes.byteLength / BYTES_A_MS);
  worker.postMessage(copy, [copy.buffer]);
  return answer;
}

function next<Message>(worker: Worker, patience?: number): Promise<Message | Gone> {
  return new Promise((resolve) => {
    const settle = (outcome: Message | Gone): void => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      resolve(outcome);
    };
    const onMessage = (message: Message): void => settle(message);
    const onError = (error: unknown): void => settle({ gone: messageOf(error) });
    const onExit = (): void => settle({ gone: 'the library gave up' });
    const timer =
      patience === undefined
        ? undefined
        : setTimeout(
            () => settle({ gone: `reading it did not end within ${(patience / 1000).toFixed(1)} s` }),
            patience,
          );
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
