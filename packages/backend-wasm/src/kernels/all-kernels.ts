import { cast } from './cast.js';
import { identity } from './identity.js';
import { averagePoolGradient, maxPoolGradient } from './pool-gradients.js';
import { mean, sum } from './reductions.js';
import { batchMatMul } from './batch-mat-mul.js';
import { conv, fusedConv } from './conv.js';
import { depthwise, fusedDepthwise } from './depthwise.js';
import { convFilterGradient } from './conv-filter-gradient.js';
import { convInputGradient } from './conv-input-gradient.js';
import { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise-gradients.js';
import { einsum } from './einsum.js';
import { fusedMatMul } from './fused-mat-mul.js';
import type { GraftKernel } from './graft-kernel.js';
import { oneHot } from './one-hot.js';
import { segmentSum } from './segment-sum.js';
import { step } from './step.js';

export const ALL_KERNELS: readonly GraftKernel[] = [
  averagePoolGradient,
  batchMatMul,
  cast,
  conv,
  convFilterGradient,
  convInputGradient,
  depthwise,
  depthwiseFilterGradient,
  depthwiseInputGradient,
  einsum,
  fusedConv,
  fusedDepthwise,
  fusedMatMul,
  identity,
  maxPoolGradient,
  mean,
  oneHot,
  segmentSum,
  step,
  sum,
];
