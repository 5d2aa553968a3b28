export { mlp, type MlpOptions } from './architectures/mlp.js';
export { efficientnet, type EfficientnetOptions } from './architectures/efficientnet.js';
export type { EfficientnetVariant } from './architectures/efficientnet-blocks.js';
export { mobilenetV1, type MobilenetV1Options } from './architectures/mobilenet-v1.js';
export { mobilenetV2, type MobilenetV2Options } from './architectures/mobilenet-v2.js';
export {
  hasWeights,
  isVerified,
  preprocessingOf,
  type CreateOptions,
  type PublishedWeights,
  type WeightFacts,
  type WeightFile,
  type ZooCut,
  type ZooEntry,
  type ZooStage,
} from './entry.js';
export { resnet, type ResnetDepth, type ResnetOptions } from './architectures/resnet.js';
export { importLayersModel, type ImportLayersOptions } from './importers/import-layers-model.js';
export { readMetadata, type ModelMetadata } from './importers/metadata.js';
export { loadTorchWeights, type LoadTorchOptions } from './importers/load-torch-weights.js';
export { loadPretrainedFrom, type Pretrained } from './load-pretrained.js';
export { registerZooEntry, zooEntries, zooEntry } from './registry.js';
export { seedCnn, type OutputActivation, type SeedCnnOptions } from './seed-cnn.js';
export { smallCnn, type SmallCnnOptions } from './architectures/small-cnn.js';
export { sourceModelOf, type SourceFacts, type SourceModel } from './source-model.js';
