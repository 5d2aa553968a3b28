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
