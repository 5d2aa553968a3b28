/**
 * Kernels of the module that do a part of their work, which threads divide: their last two arguments are the part,
 * [from, to). What a number comes out as does not depend on how the work is divided.
 */
export const RANGED = [
  'averagePoolGradient',
  'batchNormApply',
  'batchNormInputGradient',
  'batchNormMoments',
  'batchNormProducts',
  'binaryRun',
  'binaryRuns',
  'clamp',
  'clipGradient',
  'conv',
  'convFilterGradient',
  'convFilterGradientParts',
  'convInputGradient',
  'copyView',
  'depthwiseFilterGradientParts',
  'depthwiseInputGradient',
  'flagsToFloats',
  'gather',
  'gemm',
  'gemmBatch',
  'maxPool',
  'maxPoolGradient',
  'reluBiasGradientParts',
  'reluGradient',
  'rowMax',
  'segmentSum',
  'select',
  'adamUpdate',
  'sgdUpdate',
  'softmaxCrossEntropy',
  'step',
  'sumMiddle',
  'sumParts',
  'sumRowParts',
  'unary',
] as const;

/** The rest of what assembly/index.ts exports. */
const WHOLE = [
  'batchNormFactor',
  'batchNormSlopes',
  'batchNormStatistics',
  'convFilterBytes',
  'convFilterGradientScratch',
  'convInputGradientFilterBytes',
  'convInputGradientScratch',
  'convScratch',
  'gemmScratch',
  'idsWithin',
  'packConvFilter',
  'packConvInputGradientFilter',
  'setGeometry',
] as const;

export const FUNCTIONS: readonly FunctionName[] = [...RANGED, ...WHOLE];

export type RangedName = (typeof RANGED)[number];
type FunctionName = RangedName | (typeof WHOLE)[number];

/** All arguments and results are WebAssembly numbers: addresses, sizes, strides. */
export type ModuleFunctions = Readonly<Record<FunctionName, (...numbers: number[]) => number>>;
