export { balancedClassWeights } from './balanced-class-weights.js';
export { weightedExamples, type WeightedExamplesOptions } from './weighted-examples.js';
