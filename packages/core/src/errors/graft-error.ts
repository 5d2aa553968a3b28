/**
 * Every way in which Graft says no. A caller may branch on the code; the text is for people.
 *
 * - `bad-input`: an argument or a file's contents are not usable as they are
 * - `not-found`: a name (layer, recipe, backend, data set, file) that does not exist
 * - `corrupt`: bytes that do not match their checksum, format or declared size
 * - `unavailable`: an engine, an optional package or a server that cannot be had here
 * - `storage`: the file system or browser storage refused (read-only, full, quota)
 * - `diverged`: training produced NaN or infinity
 * - `engine-lost`: the engine's device or context went away while it ran, and all tensors with it
 * - `cancelled`: the caller's AbortSignal fired
 * - `internal`: Graft broke its own promise; please report it
 */
export type GraftErrorCode =
  | 'bad-input'
  | 'not-found'
  | 'corrupt'
  | 'unavailable'
  | 'storage'
  | 'diverged'
  | 'engine-lost'
  | 'cancelled'
  | 'internal';

export interface GraftErrorParts {
  readonly code: GraftErrorCode;
  /** What happened, as one sentence with the names and numbers involved. */
  readonly what: string;
  /** What was expected instead, as one sentence. */
  readonly expected?: string;
  /** What to do about it, as one sentence. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/**
 * The only error type that Graft's packages throw on purpose. Its message holds what happened, what was expected and
 * what to do, in that order.
 *
 * @example
 * ```ts
 * import { GraftError } from '@graft-ml/core';
 * const error = new GraftError({ code: 'not-found', what: 'There is no layer "conv9".', remedy: 'Did you mean "conv2"?' });
 * console.log(error.code); // not-found
 * ```
 */
export class GraftError extends Error {
  override readonly name: string = 'GraftError';
  readonly code: GraftErrorCode;
  readonly what: string;
  readonly expected: string | undefined;
  readonly remedy: string | undefined;

  constructor(parts: GraftErrorParts) {
    super(
      [parts.what, parts.expected, parts.remedy].filter((part) => part !== undefined && part !== '').join(' '),
      parts.cause === undefined ? undefined : { cause: parts.cause },
    );
    this.code = parts.code;
    this.what = parts.what;
    this.expected = parts.expected;
    this.remedy = parts.remedy;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
