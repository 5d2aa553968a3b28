import { GraftError } from '../errors/graft-error.js';

/**
 * Stop here if the caller asked to.
 *
 * @throws GraftError `cancelled` when the signal has fired
 */
export function throwIfCancelled(signal: AbortSignal | undefined, doing: string): void {
  if (signal?.aborted === true) {
    throw new GraftError({ code: 'cancelled', what: `Cancelled while ${doing}.`, cause: signal.reason });
  }
}

/** Let timers, input and rendering have their turn; long loops call this between steps. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
