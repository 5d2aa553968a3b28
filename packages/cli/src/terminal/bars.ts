import { createRequire } from 'node:module';
import type { Presets, SingleBar } from 'cli-progress';
import { formatAmount, formatDuration } from './format.js';
import { SHOW_AFTER_MS, type ProgressView } from './progress-view.js';

interface CliProgress {
  readonly SingleBar: typeof SingleBar;
  readonly Presets: typeof Presets;
}

/** Progress as one bar at a time, redrawn in place. */
export function createBars(stream: NodeJS.WriteStream): ProgressView {
  let task: string | undefined;
  let startedAt = 0;
  let startedWith = 0;
  let bar: SingleBar | undefined;
  const end = (): void => {
    bar?.stop();
    bar = undefined;
    task = undefined;
  };
  return {
    end,
    update(progress, detail) {
      if (progress.task !== task) {
        end();
        task = progress.task;
        startedAt = performance.now();
        startedWith = progress.done;
      }
      const elapsed = performance.now() - startedAt;
      if (elapsed < SHOW_AFTER_MS) return;
      const total = progress.total ?? 0;
      const rate = (progress.done - startedWith) / elapsed;
      const left = total > 0 && rate > 0 ? `ETA ${formatDuration((total - progress.done) / rate)}` : '';
      const amount = formatAmount(progress);
      if (bar === undefined) {
        bar = newBar(stream, total > 0);
        bar.start(Math.max(total, 1), progress.done, { task, amount, left, detail });
      } else {
        bar.update(progress.done, { task, amount, left, detail });
      }
    },
  };
}

/** cli-progress is loaded here, late: nothing that ends within a second needs it. */
function newBar(stream: NodeJS.WriteStream, hasTotal: boolean): SingleBar {
  const { SingleBar: Bar, Presets: presets }: CliProgress = createRequire(import.meta.url)('cli-progress');
  return new Bar(
    {
      stream,
      format: hasTotal ? '{task} {bar} {amount} {left} {detail}' : '{task} {amount} {detail}',
      barsize: 24,
      // A bar that is stopped leaves its line, so that an error below it can be read in its context.
      clearOnComplete: true,
      hideCursor: false,
      gracefulExit: false,
    },
    presets.shades_classic,
  );
}
