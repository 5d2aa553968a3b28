import { FUSED } from '@graft-ml/core';
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
    device.functions.softmaxCrossEntropy(
      device.address(logits),
      device.address(ids),
      rows,
      classes,
      ...outputs.map((each) => device.address(each)),
    );
    return outputs;
  },
};
