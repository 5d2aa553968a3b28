/** One thing that was looked at. Plain JSON. */
export interface Finding {
  readonly about: string;
  /** `absent`: not there, and Graft works without it. `problem`: it keeps something from working. */
  readonly state: 'ok' | 'absent' | 'problem';
  /** What was found, in a few words or one sentence. */
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string;
  /** The same as numbers and flags, for programs. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}
