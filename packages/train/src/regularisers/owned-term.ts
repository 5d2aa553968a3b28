import type { Term } from '../loop/term.js';

/** A term that keeps tensors between steps. Whoever made it disposes it once the training is over. */
export interface OwnedTerm extends Term {
  dispose(): void;
}
