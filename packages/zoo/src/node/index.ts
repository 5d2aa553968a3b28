export { loadPretrained, type LoadPretrainedOptions } from './load-pretrained.js';
export {
  findPublished,
  verifyWeights,
  type FoundWeights,
  type WeightOptions,
  type WeightState,
} from './weight-files.js';
