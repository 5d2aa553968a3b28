import { GraftError } from '@graft-ml/core';
import { THREAD_SOURCE } from '../generated/thread.js';
import { field, nodeModule } from './host.js';

/** A thread beside the main one. It never keeps a program alive. */
export interface Thread {
  /** Resolves when the thread is gone. */
  terminate(): Promise<void>;
}

/** What Node's worker_threads has that is used here. Not imported: the same code runs in pages. */
interface NodeWorker {
  on(event: 'message' | 'error', listener: (value: unknown) => void): void;
  unref(): void;
  terminate(): Promise<unknown>;
}

type NodeWorkerClass = new (source: string, options: object) => NodeWorker;

/**
 * Start a thread that runs worker/thread.js on `data`.
 *
 * @throws GraftError `unavailable` when it cannot be started, as where a page's policy forbids it
 */
export function spawnThread(data: object): Promise<Thread> {
  const NodeWorker = nodeWorkerClass();
  return NodeWorker === undefined ? spawnInPage(data) : spawnInNode(NodeWorker, data);
}

function spawnInNode(NodeWorker: NodeWorkerClass, data: object): Promise<Thread> {
  return new Promise((resolve, reject) => {
    // Without the program's own flags, some of which (--input-type) change what the source means.
    const worker = new NodeWorker(THREAD_SOURCE, { eval: true, execArgv: [], env: {}, workerData: data });
    worker.on('error', (error) => reject(refused(error)));
    worker.on('message', (message) => {
      const error = errorIn(message);
      if (error !== undefined) {
        reject(refused(error));
        return;
      }
      worker.unref();
      resolve({
        terminate: async () => {
          await worker.terminate();
        },
      });
    });
  });
}

function spawnInPage(data: object): Promise<Thread> {
  return new Promise((resolve, reject) => {
    const url = URL.createObjectURL(new Blob([THREAD_SOURCE], { type: 'text/javascript' }));
    const worker = new Worker(url);
    const settle = (): void => URL.revokeObjectURL(url);
    worker.addEventListener('error', (event) => {
      settle();
      worker.terminate();
      reject(refused(event.message || 'the page does not allow workers from blob: URLs'));
    });
    worker.addEventListener('message', ({ data: message }) => {
      settle();
      const error = errorIn(message);
      if (error !== undefined) {
        reject(refused(error));
        return;
      }
      resolve({
        terminate: () => {
          worker.terminate();
          return Promise.resolve();
        },
      });
    });
    worker.postMessage(data);
  });
}

function nodeWorkerClass(): NodeWorkerClass | undefined {
  const found = field(nodeModule('worker_threads'), 'Worker');
  return isWorkerClass(found) ? found : undefined;
}

function isWorkerClass(value: unknown): value is NodeWorkerClass {
  return typeof value === 'function';
}

function errorIn(message: unknown): unknown {
  return field(message, 'error');
}

function refused(cause: unknown): GraftError {
  return new GraftError({ code: 'unavailable', what: `A thread did not start: ${String(cause)}.`, cause });
}
