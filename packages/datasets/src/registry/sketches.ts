import { SKETCH_SIZES } from '../sketches/sketches.js';
import { SOURCE_SHAPES } from '../sketches/source-shapes.js';
import { TARGET_SHAPES } from '../sketches/target-shapes.js';
import type { DatasetEntry } from './entry.js';

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
  labels: SOURCE_SHAPES.map(({ label }) => label),
};

/** The embedded target task: things. */
export const sketchesTarget: DatasetEntry = {
  ...shared,
  name: 'sketches-target',
  summary: 'Hand-drawn things, 28×28 greyscale, drawn by a seeded generator',
  examples: { train: SKETCH_SIZES.targetTrain, test: SKETCH_SIZES.targetTest },
  labels: TARGET_SHAPES.map(({ label }) => label),
};
