export { findPublished, type FoundWeights, type WeightOptions } from './find-weights.js';
export { loadPretrained, type LoadPretrainedOptions } from './load-pretrained.js';
export { verifyWeights, weightsAreHere, type WeightState } from './verify-weights.js';
