import { GraftError, messageOf, throwIfCancelled, type OnProgress } from '@graft-ml/core';
import type { TrainEvent } from '../events.js';
import { isAnswer, type Answer, type Request } from './messages.js';
import { listen, type Port } from './port.js';
import type { JobHandlers } from './serve-jobs.js';

export interface RunOptions {
  /** Cancels the job: after the step under way, its promise throws `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: TrainEvent) => void) | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Buffers of the input that move to the worker instead of being copied. */
  readonly transfer?: Transferable[] | undefined;
}

/** A page's view of a worker that does jobs. */
export interface JobClient<Handlers extends JobHandlers> {
  /**
   * Have a job done. Jobs wait for those asked for before them.
   *
   * @throws GraftError with the code of what the job threw; `cancelled`; `not-found` for a name the worker does not
   *   have; `bad-input` for an input that cannot be sent; `unavailable` when the worker broke down or was closed
   */
  run<Name extends keyof Handlers & string>(
    job: Name,
    input: Parameters<Handlers[Name]>[0],
    options?: RunOptions,
  ): Promise<Awaited<ReturnType<Handlers[Name]>>>;
  /** End the worker. Jobs that are not done throw `cancelled`. */
  close(): void;
}

interface Waiting extends RunOptions {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: GraftError) => void;
}

/**
 * The page's side of {@link serveJobs}.
 *
 * @param port the worker
 *
 * @example
 * ```ts
 * import { jobClient, serveJobs } from '@graft-ml/train/worker';
 * const handlers = { double: async (value: number): Promise<number> => 2 * value };
 * const { port1, port2 } = new MessageChannel();
 * serveJobs(handlers, port1);
 * const jobs = jobClient<typeof handlers>(port2);
 * console.log(await jobs.run('double', 21)); // 42
 * jobs.close();
 * ```
 */
export function jobClient<Handlers extends JobHandlers>(port: Port): JobClient<Handlers> {
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let broken: GraftError | undefined;
  const breakDown = (error: GraftError): void => {
    broken ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const unlisten = listen(port, (message) => {
    if (isAnswer(message)) take(message, waiting);
  });
  const onError = (event: Event): void => breakDown(brokenWorker(event));
  for (const type of ['error', 'messageerror']) port.addEventListener(type, onError);
  return {
    run<Name extends keyof Handlers & string>(
      job: Name,
      input: Parameters<Handlers[Name]>[0],
      options: RunOptions = {},
    ): Promise<Awaited<ReturnType<Handlers[Name]>>> {
      const id = next++;
      const cancel = (): void => post(port, { graft: 'cancel', id });
      const ended = new Promise<Awaited<ReturnType<Handlers[Name]>>>((resolve, reject) => {
        if (broken !== undefined) throw broken;
        throwIfCancelled(options.signal, `asking for "${job}"`);
        // What comes back under this name is what its handler gave: the type is the worker's own.
        const settle = resolve as (output: unknown) => void;
        waiting.set(id, { ...options, resolve: settle, reject });
        try {
          post(port, { graft: 'run', id, job, input }, options.transfer);
        } catch (cause) {
          waiting.delete(id);
          throw notSent(job, cause);
        }
        options.signal?.addEventListener('abort', cancel);
      });
      return ended.finally(() => options.signal?.removeEventListener('abort', cancel));
    },
    close() {
      unlisten();
      for (const type of ['error', 'messageerror']) port.removeEventListener(type, onError);
      port.terminate?.();
      port.close?.();
      breakDown(new GraftError({ code: 'cancelled', what: 'The worker was closed.' }));
    },
  };
}

function post(port: Port, request: Request, transfer: Transferable[] = []): void {
  port.postMessage(request, transfer);
}

function take(answer: Answer, waiting: Map<number, Waiting>): void {
  const asked = waiting.get(answer.id);
  if (asked === undefined) return;
  if (answer.graft === 'news') {
    for (const news of answer.news) {
      if ('event' in news) asked.onEvent?.(news.event);
      else asked.onProgress?.(news.progress);
    }
    return;
  }
  waiting.delete(answer.id);
  if (answer.graft === 'done') asked.resolve(answer.output);
  else asked.reject(new GraftError(answer.error));
}

function brokenWorker(event: Event): GraftError {
  const said = 'message' in event && typeof event.message === 'string' ? event.message : '';
  return new GraftError({
    code: 'unavailable',
    what: `The worker broke down${said === '' ? '' : `: ${said}`}.`,
    remedy: 'Check that its script can be loaded as a module, or start a new worker.',
  });
}

function notSent(job: string, cause: unknown): GraftError {
  return new GraftError({
    code: 'bad-input',
    what: `The input of the job "${job}" cannot be sent to a worker: ${messageOf(cause)}`,
    expected: 'Plain data, arrays, buffers or files were expected; models and tensors stay in the worker.',
    cause,
  });
}
