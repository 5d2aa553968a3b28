import { EXIT, exitCodeOf } from '../exit-codes.js';

export interface DescribedError {
  /** What happened, what was expected, what to do: one line each, those that are known. */
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/**
 * Put an error into lines for people and an exit code for programs.
 *
 * A GraftError is told by its shape, not by `instanceof`: its class lives in a package that takes long to load, and
 * `graft --help` must not.
 */
export function describeError(thrown: unknown): DescribedError {
  if (!(thrown instanceof Error)) return { lines: [`error: ${String(thrown)}`], exitCode: EXIT.failed };
  if (thrown.name !== 'GraftError' || !('what' in thrown) || !('code' in thrown)) {
    return {
      lines: [
        `error: ${thrown.message}`,
        'This is not an error that Graft expected: GRAFT_DEBUG=1 shows where it came from.',
      ],
      exitCode: EXIT.failed,
    };
  }
  const expected = 'expected' in thrown ? thrown.expected : undefined;
  const remedy = 'remedy' in thrown ? thrown.remedy : undefined;
  return {
    lines: [`error: ${String(thrown.what)}`, expected, remedy]
      .filter((line) => typeof line === 'string' && line !== '')
      .map(String),
    exitCode: exitCodeOf(String(thrown.code)),
  };
}
