import type { Progress } from '@graft-ml/core';
import { createBars } from './bars.js';
import { createPlainLines } from './plain-lines.js';
import type { ProgressView } from './progress-view.js';

/** Where a command's words go. Results go to stdout and nothing else does; the rest goes to stderr. */
export interface Terminal {
  /** A result, to stdout. */
  result(text: string): void;
  /** A remark, to stderr; left out with --quiet. */
  note(text: string): void;
  /** A warning or an error, to stderr, with --quiet too. */
  warn(text: string): void;
  /** How far something has come, and a few words about it such as the loss; shown once it takes over a second. */
  progress(progress: Progress, detail?: string): void;
  /** Take the progress bar off the screen; call it before the command ends. */
  endProgress(): void;
}

const SILENT: ProgressView = { update: () => undefined, end: () => undefined };

/** The terminal of this process: bars when stderr is one, plain lines when it is not, neither with --quiet. */
export function createTerminal({ quiet }: { readonly quiet: boolean }): Terminal {
  const view = quiet ? SILENT : process.stderr.isTTY ? createBars(process.stderr) : createPlainLines(process.stderr);
  const toStderr = (text: string): void => {
    view.end();
    process.stderr.write(`${text}\n`);
  };
  return {
    result(text) {
      view.end();
      process.stdout.write(`${text}\n`);
    },
    note(text) {
      if (!quiet) toStderr(text);
    },
    warn: toStderr,
    progress(progress, detail = '') {
      view.update(progress, detail);
    },
    endProgress() {
      view.end();
    },
  };
}
