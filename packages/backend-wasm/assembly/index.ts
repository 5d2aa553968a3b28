export { setGeometry } from './geometry';
export { gemm, gemmScratch } from './gemm';
export { convFilterGradient, convFilterGradientScratch } from './conv-filter-gradient';
export { convInputGradient, convInputGradientScratch } from './conv-input-gradient';
export { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise-gradient';
export { finish } from './finish';
export { segmentSum } from './segment-sum';
