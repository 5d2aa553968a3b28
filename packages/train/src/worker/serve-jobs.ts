import { GraftError, throwIfCancelled, type OnProgress } from '@graft-ml/core';
import type { TrainEvent } from '../events.js';
import { isRequest, type Answer } from './messages.js';
import { Newsletter } from './newsletter.js';
import { plainError } from './plain-error.js';
import { listen, type Port } from './port.js';

/** What a job is given beside its input: hand it on to `fit`, recipes and the other long work. */
export interface JobContext {
  /** Fires when the page cancels the job. */
  readonly signal: AbortSignal;
  /** Tells the page what training says. */
  readonly onEvent: (event: TrainEvent) => void;
  readonly onProgress: OnProgress;
  /** Buffers of the output that move to the page instead of being copied. */
  readonly transfer: (...buffers: Transferable[]) => void;
}

/** Jobs by name. Inputs and outputs are whatever structured clones carry: arrays, files, plain objects. */
// `never` accepts a function of any input; each job's own type is kept where it is inferred.
export type JobHandlers = Readonly<Record<string, (input: never, context: JobContext) => Promise<unknown>>>;

/**
 * Do jobs for a page, in a Web Worker, so that training never freezes the page. Jobs run one at a time, in the order
 * they were asked for: an engine is one, and so is its memory. What a job throws, the page's promise throws, as a
 * GraftError with the same code.
 *
 * The page's side is {@link jobClient}, which takes the type of the handlers and so knows inputs and outputs.
 *
 * @param handlers what can be asked for
 * @param port default: the worker's own global scope
 * @returns stops serving
 *
 * @example
 * ```ts
 * import { jobClient, serveJobs, type JobContext } from '@graft-ml/train/worker';
 * // In worker.ts. In a page: jobClient<Handlers>(new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })).
 * const handlers = {
 *   async count(to: number, { onProgress }: JobContext): Promise<string> {
 *     for (let done = 0; done <= to; done++) onProgress({ task: 'counting', done, total: to, unit: 'steps' });
 *     return `counted to ${to}`;
 *   },
 * };
 * type Handlers = typeof handlers;
 * const { port1, port2 } = new MessageChannel();
 * serveJobs(handlers, port1);
 * const jobs = jobClient<Handlers>(port2);
 * console.log(await jobs.run('count', 3)); // counted to 3
 * jobs.close();
 * ```
 */
export function serveJobs(handlers: JobHandlers, port: Port = workerScope()): () => void {
  const cancellers = new Map<number, AbortController>();
  const answer = (message: Answer, transfer: Transferable[] = []): void => port.postMessage(message, transfer);
  let last: Promise<void> = Promise.resolve();
  return listen(port, (message) => {
    if (!isRequest(message)) return;
    const { id } = message;
    if (message.graft === 'cancel') {
      cancellers.get(id)?.abort();
      return;
    }
    const canceller = new AbortController();
    cancellers.set(id, canceller);
    last = last.then(async () => {
      await runJob(handlers, { ...message, signal: canceller.signal }, answer);
      cancellers.delete(id);
    });
  });
}

interface AskedJob {
  readonly id: number;
  readonly job: string;
  readonly input: unknown;
  readonly signal: AbortSignal;
}

async function runJob(
  handlers: JobHandlers,
  { id, job, input, signal }: AskedJob,
  answer: (message: Answer, transfer?: Transferable[]) => void,
): Promise<void> {
  const newsletter = new Newsletter((news) => answer({ graft: 'news', id, news }));
  const moving: Transferable[] = [];
  try {
    throwIfCancelled(signal, `waiting to run "${job}"`);
    const output: unknown = await handlerOf(handlers, job)(input, {
      signal,
      onEvent: (event) => newsletter.add({ event }),
      onProgress: (progress) => newsletter.add({ progress }),
      transfer: (...buffers) => void moving.push(...buffers),
    });
    newsletter.flush();
    answer({ graft: 'done', id, output }, moving);
  } catch (thrown) {
    newsletter.flush();
    answer({ graft: 'failed', id, error: plainError(thrown, job) });
  }
}

function handlerOf(handlers: JobHandlers, job: string): (input: unknown, context: JobContext) => unknown {
  const handler = Object.hasOwn(handlers, job) ? handlers[job] : undefined;
  if (handler !== undefined) return (input, context): unknown => Reflect.apply(handler, handlers, [input, context]);
  throw new GraftError({
    code: 'not-found',
    what: `The worker has no job "${job}".`,
    expected: `It has: ${Object.keys(handlers).join(', ')}.`,
  });
}

function workerScope(): Port {
  const scope: unknown = globalThis;
  if (isWorkerScope(scope)) return scope;
  throw new GraftError({
    code: 'bad-input',
    what: 'serveJobs was called outside a worker.',
    remedy: 'Call it in the script of a Web Worker, or pass it a MessagePort.',
  });
}

function isWorkerScope(scope: unknown): scope is Port {
  return typeof scope === 'object' && scope !== null && 'postMessage' in scope && !('document' in scope);
}
