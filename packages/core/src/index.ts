export type { Backend, BackendReport } from './backend/backend.js';
export { FUSED, runFused } from './backend/fused.js';
export { assertOneTensorFlow, TENSORFLOW_VERSION } from './backend/one-tensorflow.js';
export { selectEngine } from './backend/select-engine.js';
export { useBackend, type ActiveBackend } from './backend/use-backend.js';
export { takesNumbersInPlace, writtenTensor, type WriteInPlace } from './backend/written-tensor.js';
export { buildFromTopology, type BuildOptions, type RawWeights } from './bundle/build-from-topology.js';
export { bundleFileStore, openBundleFile, saveBundleFile } from './bundle/bundle-file.js';
export {
  loadBundle,
  readModelFiles,
  type LoadedBundle,
  type LoadOptions,
  type ModelFiles,
} from './bundle/load-bundle.js';
export {
  parseManifest,
  type BundleManifest,
  type FileFacts,
  type Preprocessing,
  type TargetSpec,
  type TrunkFacts,
} from './bundle/manifest.js';
export { isGraphTopology, layerClasses } from './bundle/model-topology.js';
export { MANIFEST_FILE, MODEL_FILE, saveBundle, type BundleFacts } from './bundle/save-bundle.js';
export { shardsFrom } from './bundle/shards-from.js';
export { readTrunkFile } from './bundle/trunk-file.js';
export { zipClaims, type ZipPart } from './bundle/zip-claims.js';
export { GraftError, messageOf, type GraftErrorCode, type GraftErrorParts } from './errors/graft-error.js';
export { didYouMean, nearNames } from './errors/suggest.js';
export { throwIfCancelled } from './events/cancel.js';
export { Breather, yieldToEventLoop } from './events/event-loop.js';
export { progressReporter } from './events/progress-reporter.js';
export type { OnProgress, Progress } from './events/progress.js';
export { registerGradients } from './gradients/register-gradients.js';
export { sha256, sha256OfText } from './hash/sha256.js';
export { composeKernel, type ComposedKernel, type KernelCall } from './kernels/composed-kernel.js';
export { mendKernels } from './kernels/mend-kernels.js';
export { outputShape, runEinsum, type EinsumGroups, type EinsumOps, type Labelled } from './kernels/run-einsum.js';
export { poolGeometry, type PoolGeometry } from './kernels/pool-geometry.js';
export { buildModel } from './network/build-model.js';
export { cloneLayer, freshConfig } from './network/clone-layer.js';
export type { ForeignTrunk } from './network/foreign-trunk.js';
export type { ForwardOptions } from './network/forward-options.js';
export { forward, predict } from './network/forward.js';
export { hasLogits, outputActivation } from './network/logits.js';
export { networkOf } from './network/network-of.js';
export {
  nodeAt,
  parameterCount,
  slotInfo,
  type Layer,
  type Network,
  type NetworkNode,
  type NetworkWeight,
  type Shape,
  type Slot,
  type SlotInfo,
} from './network/network.js';
export { isNoise } from './network/noise.js';
export { giverOf, outputLayerOf } from './network/output-layer.js';
export { reinitialise, seededInitialisers } from './network/reinitialise.js';
export { softmaxHead, type HeadGradients, type SoftmaxHead } from './network/softmax-head.js';
export { subnetwork } from './network/subnetwork.js';
export { pixelMapper, type PixelMapper } from './pixels/pixel-mapper.js';
export {
  CAFFE_SCALE,
  describePixelScale,
  IMAGENET_SCALE,
  pixelScaleKey,
  pixelScaleOf,
  type PixelScale,
} from './pixels/pixel-scale.js';
export { scalePictures, unscalePictures } from './pixels/scale-pictures.js';
export { createRng, type Rng } from './random/rng.js';
export { environmentOf } from './record/environment.js';
export type {
  CurvePoint,
  DataRecord,
  EnvironmentRecord,
  ExperimentRecord,
  MistakeRecord,
  ResultRow,
  RunRecord,
  SourceRecord,
  TrialRecord,
} from './record/experiment-record.js';
export { decodeSafetensors, type SafetensorsFile } from './safetensors/decode.js';
export { encodeSafetensors, type NamedArray } from './safetensors/encode.js';
export { httpStore, type HttpAnswer, type HttpStoreOptions } from './store/http-store.js';
export { indexedDbFolders, indexedDbStore, removeIndexedDbFolder } from './store/indexed-db-store.js';
export { memoryStore } from './store/memory-store.js';
export { assertInside, type ByteRange, type Store } from './store/store.js';
export { watchBytes, type ByteWatch } from './tensors/peak-bytes.js';
export { withScope, type TensorScope } from './tensors/scope.js';
