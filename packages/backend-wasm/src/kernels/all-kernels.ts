import { batchMatMul } from './batch-mat-mul.js';
import { convFilterGradient } from './conv-filter-gradient.js';
import { convInputGradient } from './conv-input-gradient.js';
import { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise-gradients.js';
import { einsum } from './einsum.js';
import { fusedMatMul } from './fused-mat-mul.js';
import type { GraftKernel } from './graft-kernel.js';
import { segmentSum } from './segment-sum.js';

export const ALL_KERNELS: readonly GraftKernel[] = [
  batchMatMul,
  convFilterGradient,
  convInputGradient,
  depthwiseFilterGradient,
  depthwiseInputGradient,
  einsum,
  fusedMatMul,
  segmentSum,
];
