/** What assembly/index.ts exports. All arguments and results are WebAssembly numbers: addresses, sizes, strides. */
export const FUNCTIONS = [
  'averagePoolGradient',
  'maxPoolGradient',
  'setGeometry',
  'sumMiddle',
  'gemm',
  'gemmScratch',
  'conv',
  'convScratch',
  'convFilterGradient',
  'convFilterGradientScratch',
  'convInputGradient',
  'convInputGradientScratch',
  'depthwiseFilterGradient',
  'depthwiseInputGradient',
  'finish',
  'segmentSum',
  'step',
  'adamUpdate',
  'sgdUpdate',
  'softmaxCrossEntropy',
  'batchNorm',
  'batchNormGradient',
  'clipGradient',
  'reluGradient',
] as const;

export type ModuleFunctions = Readonly<Record<(typeof FUNCTIONS)[number], (...numbers: number[]) => number>>;
