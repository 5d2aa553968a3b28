export type { CreateOptions, WeightFacts, ZooCut, ZooEntry } from './entry.js';
export { loadPretrainedFrom, type Pretrained } from './load-pretrained.js';
export { registerZooEntry, zooEntries, zooEntry } from './registry.js';
export { seedCnn, type OutputActivation, type SeedCnnOptions } from './seed-cnn.js';
