import { FUSED } from '@graft-ml/core';
import { traffic } from '../../device/work.js';
import { dimension } from '../graft-kernel.js';
import { fusedInput, fusedOutputs, type FusedKernel } from './fused-kernel.js';

export const softmaxCrossEntropy: FusedKernel = {
  name: FUSED.softmaxCrossEntropy,
  run: (call) => {
    const { device } = call;
    const logits = fusedInput(call, 'logits');
    const [rows, classes] = [dimension(logits.shape, 0), dimension(logits.shape, 1)];
    const ids = fusedInput(call, 'ids', rows, 'int32');
    const outputs = fusedOutputs(device, [[rows], logits.shape]);
    device.work({
      kernel: 'softmaxCrossEntropy',
      numbers: [
        device.address(logits),
        device.address(ids),
        rows,
        classes,
        ...outputs.map((each) => device.address(each)),
      ],
      count: rows,
      nanoseconds: traffic(4 * rows * classes),
    });
    return outputs;
  },
};
