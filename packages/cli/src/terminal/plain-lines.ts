import { formatAmount, formatDuration } from './format.js';
import { SHOW_AFTER_MS, type ProgressView } from './progress-view.js';

/** Lines come at least this far apart, so that a log stays readable. */
const EVERY_MS = 5000;

/** Progress for logs and pipes: a line now and then, and one at the end of what was shown. */
export function createPlainLines(stream: NodeJS.WritableStream): ProgressView {
  let task: string | undefined;
  let startedAt = 0;
  let startedWith = 0;
  let shownAt: number | undefined;
  let shownDone = 0;
  return {
    end() {
      task = undefined;
    },
    update(progress, detail) {
      const now = performance.now();
      if (progress.task !== task) {
        task = progress.task;
        startedAt = now;
        startedWith = progress.done;
        shownAt = undefined;
      }
      const finished = progress.total !== undefined && progress.done >= progress.total;
      const due = shownAt === undefined ? now - startedAt >= SHOW_AFTER_MS : now - shownAt >= EVERY_MS || finished;
      if (!due || (shownAt !== undefined && shownDone === progress.done)) return;
      shownAt = now;
      shownDone = progress.done;
      const rate = (progress.done - startedWith) / (now - startedAt);
      const known = progress.total !== undefined && rate > 0 && !finished;
      const left = known ? `ETA ${formatDuration(((progress.total ?? 0) - progress.done) / rate)}` : '';
      stream.write(`${[`${task}:`, formatAmount(progress), left, detail].filter((part) => part !== '').join(' ')}\n`);
    },
  };
}
