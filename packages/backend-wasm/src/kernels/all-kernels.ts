import { cast } from './cast.js';
import { identity } from './identity.js';
import { max, mean, sum } from './reductions.js';
import { averagePoolGradient, maxPool, maxPoolGradient } from './pools.js';
import { batchNorm } from './batch-norm.js';
import { clip, relu, relu6 } from './clamp.js';
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
import { binaryKernels } from './elementwise/binary.js';
import { select } from './elementwise/select.js';
import { unaryKernels } from './elementwise/unary.js';
import { gather } from './views/gather.js';
import { slice } from './views/slice.js';
import { split, unpack } from './views/split.js';
import { tile } from './views/tile.js';
import { transpose } from './views/transpose.js';

export const ALL_KERNELS: readonly GraftKernel[] = [
  ...binaryKernels,
  ...unaryKernels,
  averagePoolGradient,
  batchMatMul,
  batchNorm,
  cast,
  clip,
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
  gather,
  identity,
  max,
  maxPool,
  maxPoolGradient,
  mean,
  oneHot,
  relu,
  relu6,
  segmentSum,
  select,
  slice,
  split,
  step,
  sum,
  tile,
  transpose,
  unpack,
];
