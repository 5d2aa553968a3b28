import { smallCnn, smallCnnCuts, smallCnnStages } from '../architectures/small-cnn.js';
import type { ZooEntry } from '../entry.js';

const INPUT_SHAPE = [28, 28, 1];

/** The architecture alone. */
export const smallCnnEntry: ZooEntry = {
  name: 'small-cnn',
  architecture: 'small-cnn',
  summary: 'Four 3×3 convolutions with BatchNorm and global average pooling: 80,106 parameters',
  inputShape: INPUT_SHAPE,
  range: [0, 1],
  cuts: smallCnnCuts(INPUT_SHAPE),
  defaultCut: 'pool',
  stages: smallCnnStages(),
  labels: [],
  licence: 'Apache-2.0',
  provenance: {},
  embedded: false,
  create: ({ seed, inputShape, classes }) =>
    smallCnn({
      seed,
      ...(inputShape === undefined ? {} : { inputShape }),
      ...(classes === undefined ? {} : { classes }),
    }),
};
