import type { WeightFacts } from '../entry.js';

/** Written by `scripts/pin-weights.mjs` from the bundle in `weights/seed-cnn-mnist`; not edited by hand. */
export const seedCnnMnistFacts: WeightFacts = { provenance: {} };
