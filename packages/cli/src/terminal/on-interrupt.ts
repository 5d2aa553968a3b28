import { EXIT } from '../exit-codes.js';

/** Launchers such as npx pass a Ctrl-C on that the terminal has sent to us already: two within this time are one. */
const SAME_PRESS_MS = 400;

/**
 * The first Ctrl-C fires the signal, so that work stops between two steps and writes its checkpoint; a second one ends
 * the process at once.
 *
 * @returns the signal, and a function that takes the listeners off again
 */
export function onInterrupt(say: (text: string) => void): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  let pressedAt: number | undefined;
  const listener = (): void => {
    const now = performance.now();
    if (pressedAt === undefined) {
      pressedAt = now;
      say('Stopping after the step under way; Ctrl-C again ends at once.');
      controller.abort(new Error('interrupted'));
    } else if (now - pressedAt > SAME_PRESS_MS) {
      process.exit(EXIT.cancelled);
    }
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return {
    signal: controller.signal,
    stop() {
      process.off('SIGINT', listener);
      process.off('SIGTERM', listener);
    },
  };
}
