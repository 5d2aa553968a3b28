import type { Terminal } from './terminal/terminal.js';

/** What every command is given beside its own options. */
export interface Session {
  readonly terminal: Terminal;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What the commands leave behind for the end of the program. */
export interface Context {
  /** Open a session; a command does so once, when its options are known. */
  open(options: { readonly quiet?: boolean }): Session;
  /** What the process ends with when nothing throws. */
  exitCode: number;
}
