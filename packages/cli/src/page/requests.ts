import type { ParityReport, Tolerance, TrainedNet } from '@graft-ml/parity';

/** What the program asks of the page that it opens in a browser. Plain JSON. */
export type PageRequest =
  | {
      readonly kind: 'parity';
      readonly backends: readonly string[];
      readonly steps: number;
      readonly tolerance: Tolerance;
      /** What the cpu backend gave, in Node. */
      readonly references: Readonly<Record<string, TrainedNet>>;
    }
  | { readonly kind: 'engines' };

/** What the page posts: how far it is, then one answer. */
export type PageMessage =
  | { readonly kind: 'progress'; readonly task: string; readonly done: number; readonly total: number }
  | { readonly kind: 'parity'; readonly report: ParityReport }
  | {
      readonly kind: 'engines';
      readonly engines: readonly PageEngine[];
      readonly isolated: boolean;
      readonly browser: string;
    }
  | { readonly kind: 'failed'; readonly message: string };

/** One of a browser's engines: what it says of itself, or why it does not start. */
export interface PageEngine {
  readonly name: string;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
  readonly why?: string;
}
