import type { OnProgress, Progress } from './progress.js';

const INTERVAL_MS = 200;

/** Reports progress a few times a second: the first count, the last one, and now and then between. */
export function progressReporter(
  onProgress: OnProgress | undefined,
  about: Omit<Progress, 'done'> & { readonly total: number },
): (done: number) => void {
  if (onProgress === undefined) return () => undefined;
  let due = 0;
  let last = -1;
  return (done) => {
    const now = performance.now();
    if (done === last || (now < due && done < about.total)) return;
    due = now + INTERVAL_MS;
    last = done;
    onProgress({ ...about, done });
  };
}
