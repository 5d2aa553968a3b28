import type { OnProgress, Progress } from './progress.js';

const INTERVAL_MS = 200;

/**
 * Reports progress a few times a second: the first count, the last one, and now and then between. Rate and time left
 * count from the first call, so that what was done before it does not flatter them.
 */
export function progressReporter(
  onProgress: OnProgress | undefined,
  about: Pick<Progress, 'task' | 'unit'> & { readonly total: number },
): (done: number) => void {
  if (onProgress === undefined) return () => undefined;
  let due = 0;
  let last = -1;
  let first: { readonly at: number; readonly done: number } | undefined;
  return (done) => {
    const now = performance.now();
    first ??= { at: now, done };
    if (done === last || (now < due && done < about.total)) return;
    due = now + INTERVAL_MS;
    last = done;
    const perSecond = (1000 * (done - first.done)) / (now - first.at);
    const isKnown = Number.isFinite(perSecond) && perSecond > 0;
    onProgress({ ...about, done, ...(isKnown ? { perSecond, secondsLeft: (about.total - done) / perSecond } : {}) });
  };
}
