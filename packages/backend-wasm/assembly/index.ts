export { setGeometry } from './geometry';
export { conv, convFilterBytes, convScratch, packConvFilter } from './conv';
export { gemm, gemmBatch, gemmScratch } from './gemm';
export { convFilterGradient, convFilterGradientParts, convFilterGradientScratch } from './conv-filter-gradient';
export {
  convInputGradient,
  convInputGradientFilterBytes,
  convInputGradientScratch,
  packConvInputGradientFilter,
} from './conv-input-gradient';
export { depthwiseFilterGradientParts, depthwiseInputGradient } from './depthwise-gradient';
export { segmentSum } from './segment-sum';
export { averagePoolGradient, maxPoolGradient } from './pool-gradient';
export { sumMiddle, sumParts, sumRowParts } from './sum';
export { step } from './step';
export { adamUpdate, sgdUpdate } from './optimizer-update';
export { softmaxCrossEntropy } from './softmax-cross-entropy';
export {
  batchNormApply,
  batchNormFactor,
  batchNormInputGradient,
  batchNormMoments,
  batchNormProducts,
  batchNormSlopes,
  batchNormStatistics,
} from './batch-norm';
export { clipGradient, reluGradient } from './activation-gradient';
export { copyView } from './view';
export { gather, idsWithin } from './gather';
export { binaryRun, binaryRuns } from './binary';
export { flagsToFloats, select } from './flags';
export { unary } from './unary';
export { rowMax } from './largest';
export { maxPool } from './pool';
export { reluBiasGradientParts } from './relu-bias-gradient';
export { clamp } from './clamp';
