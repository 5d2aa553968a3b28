import { seedCnn } from '@graft-ml/zoo';
import { drawnData } from './drawn-data.js';
import type { ParityNet } from './parity-net.js';

export const seedNet: ParityNet = {
  name: 'seed CNN',
  summary: 'convolutions, max pooling, dense layers',
  batchSize: 4,
  build: () => seedCnn({ seed: 1 }),
  data: () => drawnData('seed CNN', { examples: 16, shape: [28, 28, 1], classes: 10, draw: 'normal' }),
};
