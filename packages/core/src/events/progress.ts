/** How far a long piece of work has come. Emitted at most a few times a second; `total` is absent while unknown. */
export interface Progress {
  /** What is being done, for people: `downloading train-images`, `extracting features`. */
  readonly task: string;
  readonly done: number;
  readonly total?: number;
  /** Units a second, over this task so far; absent while unknown. */
  readonly perSecond?: number;
  /** Seconds to the end, at that rate; absent while unknown. */
  readonly secondsLeft?: number;
  readonly unit: 'bytes' | 'examples' | 'steps' | 'epochs' | 'runs';
}

/** A listener for progress. It must not throw. */
export type OnProgress = (progress: Progress) => void;
