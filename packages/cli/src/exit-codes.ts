/** What the process ends with. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** What was typed cannot be used: an unknown name, a malformed option, a file that is not there. */
  badInput: 2,
  /** Ctrl-C; 128 + SIGINT, as shells say it. */
  cancelled: 130,
} as const;

const BY_CODE: Readonly<Record<string, number>> = {
  'bad-input': EXIT.badInput,
  'not-found': EXIT.badInput,
  cancelled: EXIT.cancelled,
};

/** The exit code for an error's `code`; everything that is not the user's typing is a failure. */
export function exitCodeOf(code: string): number {
  return BY_CODE[code] ?? EXIT.failed;
}
