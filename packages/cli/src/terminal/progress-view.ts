import type { Progress } from '@graft-ml/core';

/** One way of showing progress. */
export interface ProgressView {
  update(progress: Progress, detail: string): void;
  /** Finish what is shown, so that other text can be written. */
  end(): void;
}

/** Nothing that takes less than this is worth a bar. */
export const SHOW_AFTER_MS = 1000;
