import type { ZooEntry } from '../entry.js';
import { seedCnn } from '../seed-cnn.js';
import { seedCnnMnistFacts } from './seed-cnn-mnist-facts.js';

/** The architecture alone. */
export const seedCnnEntry: ZooEntry = {
  name: 'seed-cnn',
  architecture: 'seed-cnn',
  summary: 'Conv 32, pool, Conv 64, pool, Dense 128, softmax head: small enough to train on a CPU in a minute',
  inputShape: [28, 28, 1],
  range: [0, 1],
  cuts: [
    { name: 'dense1', path: 'dense1', shape: [128] },
    { name: 'flatten', path: 'flatten', shape: [1600] },
    { name: 'pool2', path: 'pool2', shape: [5, 5, 64] },
    { name: 'conv2', path: 'conv2', shape: [11, 11, 64] },
  ],
  defaultCut: 'flatten',
  labels: [],
  licence: 'Apache-2.0',
  provenance: {},
  embedded: false,
  create: ({ seed, inputShape, classes }) =>
    seedCnn({
      seed,
      ...(inputShape === undefined ? {} : { inputShape }),
      ...(classes === undefined ? {} : { classes }),
    }),
};

/** The architecture with weights trained on handwritten digits. */
export const seedCnnMnistEntry: ZooEntry = {
  ...seedCnnEntry,
  name: 'seed-cnn/mnist',
  summary: 'The seed CNN, trained on 60,000 handwritten digits',
  sourceTask: 'mnist',
  labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  ...seedCnnMnistFacts,
  embedded: true,
  weightsFolder: 'seed-cnn-mnist',
};
