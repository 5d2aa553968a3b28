import type { TensorInfo } from '@tensorflow/tfjs-core';
import { FUSED } from '@graft-ml/core';
import { FLOAT_BYTES, traffic } from '../../device/work.js';
import { NO_EPILOGUE } from '../activation.js';
import { dimension } from '../graft-kernel.js';
import { multiply } from '../products.js';
import { sumAxis } from '../reductions.js';
import { fusedInput, fusedOutputs, type FusedCall, type FusedKernel } from './fused-kernel.js';

/**
 * A dense layer, softmax cross-entropy and the way back, one after another as the kernels of the ops do it: so the bits
 * are theirs, for every number of threads.
 */
export const denseCrossEntropy: FusedKernel = { name: FUSED.denseCrossEntropy, run };

function run(call: FusedCall): TensorInfo[] {
  const { device } = call;
  const x = fusedInput(call, 'x');
  const [rows, features] = [dimension(x.shape, 0), dimension(x.shape, 1)];
  const kernel = fusedInput(call, 'kernel');
  const classes = dimension(kernel.shape, 1);
  const weights = device.address(fusedInput(call, 'kernel', features * classes));
  const bias = device.address(fusedInput(call, 'bias', classes));
  const ids = device.address(fusedInput(call, 'ids', rows, 'int32'));
  const from = device.address(x);
  return device.scratch((rows + rows * classes) * FLOAT_BYTES, (gradient) => {
    const losses = gradient + rows * classes * FLOAT_BYTES;
    const outputs = fusedOutputs(device, [[], [rows, classes], [features, classes], [classes]]);
    const [loss = 0, logits = 0, ofKernel = 0, ofBias = 0] = outputs.map((each) => device.address(each));
    multiply(device, {
      rows,
      columns: classes,
      inner: features,
      a: { address: from, row: features, column: 1 },
      b: { address: weights, row: classes, column: 1 },
      c: { address: logits, row: classes, column: 1 },
      epilogue: { ...NO_EPILOGUE, bias },
    });
    device.work({
      kernel: 'softmaxCrossEntropy',
      numbers: [logits, ids, rows, classes, losses, gradient],
      count: rows,
      nanoseconds: traffic(4 * rows * classes),
    });
    sumAxis(device, losses, [1, rows, 1], Math.max(1, rows), loss);
    multiply(device, {
      rows: features,
      columns: classes,
      inner: rows,
      a: { address: from, row: 1, column: features },
      b: { address: gradient, row: classes, column: 1 },
      c: { address: ofKernel, row: classes, column: 1 },
    });
    sumAxis(device, gradient, [1, rows, classes], 1, ofBias);
    return outputs;
  });
}
