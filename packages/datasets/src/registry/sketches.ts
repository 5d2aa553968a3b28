import { SKETCH_SIZES } from '../sketches/sketch-sizes.js';
import type { DatasetEntry } from './entry.js';

// The labels are written out, so that the registry does not load the drawing code; a test compares them with it.
const shared = {
  embedded: true,
  files: [],
  inputShape: [28, 28, 1],
  range: [0, 1],
  licence: 'Apache-2.0',
  citation: 'The sketches of Graft, drawn by @graft-ml/datasets from a seed.',
  homepage: 'https://www.npmjs.com/package/@graft-ml/datasets',
} as const;

/** The embedded source task: glyphs. */
export const sketchesSource: DatasetEntry = {
  ...shared,
  name: 'sketches-source',
  summary: 'Hand-drawn glyphs, 28×28 greyscale, drawn by a seeded generator',
  examples: { train: SKETCH_SIZES.sourceTrain, test: SKETCH_SIZES.sourceTest },
  labels: ['ring', 'triangle', 'box', 'cross', 'zigzag', 'wave', 'spiral', 'arrow', 'star', 'hook'],
};

/** The embedded target task: things. */
export const sketchesTarget: DatasetEntry = {
  ...shared,
  name: 'sketches-target',
  summary: 'Hand-drawn things, 28×28 greyscale, drawn by a seeded generator',
  examples: { train: SKETCH_SIZES.targetTrain, test: SKETCH_SIZES.targetTest },
  labels: ['house', 'envelope', 'cup', 'fish', 'boat', 'tree', 'mushroom', 'umbrella', 'shirt', 'dress'],
};
