import type { Difference } from './compare-runs.js';

/** How far engines may be apart; see {@link Difference}. */
export interface Tolerance {
  readonly loss: number;
  readonly weights: number;
}

export const DEFAULT_TOLERANCE: Tolerance = { loss: 1e-5, weights: 1e-4 };

/** One network on one engine. */
export interface ParityRow {
  readonly backend: string;
  readonly net: string;
  /** Wall time of the whole training, compiling shaders included. */
  readonly seconds: number;
  /** Absent where the training failed. */
  readonly difference?: Difference;
  /** Why the training failed. */
  readonly error?: string;
  readonly passed: boolean;
}

/** Plain JSON. */
export interface ParityReport {
  readonly steps: number;
  readonly tolerance: Tolerance;
  readonly reference: string;
  /** The engines that ran, and what each says of itself. */
  readonly engines: readonly {
    readonly backend: string;
    readonly details: Readonly<Record<string, string | number | boolean>>;
  }[];
  readonly rows: readonly ParityRow[];
  /** The engines that could not be started, and why. */
  readonly missing: readonly { readonly backend: string; readonly why: string }[];
  /** Whether every row passed; true when there is none. */
  readonly passed: boolean;
}
