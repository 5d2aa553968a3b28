import { util } from '@tensorflow/tfjs-core';
import { FUSED } from '@graft-ml/core';
import { traffic, VECTOR } from '../../device/work.js';
import { number } from '../attributes.js';
import { fusedInput, fusedOutputs, type FusedKernel } from './fused-kernel.js';
import { decaying } from './decaying.js';

export const adamUpdate: FusedKernel = {
  name: FUSED.adamUpdate,
  run: (call) => {
    const { attrs, device } = call;
    const value = fusedInput(call, 'value');
    const size = util.sizeFromShape(value.shape);
    const inputs = [value, ...['gradient', 'first', 'second'].map((name) => fusedInput(call, name, size))];
    const outputs = fusedOutputs(device, [value.shape, value.shape, value.shape]);
    device.work({
      kernel: 'adamUpdate',
      numbers: [
        ...inputs.map((each) => device.address(each)),
        ...['scale', 'floor', 'keepFirst', 'keepSecond', 'decay'].map((name) => number(attrs, name)),
        decaying(attrs),
        ...outputs.map((each) => device.address(each)),
      ],
      count: size,
      align: VECTOR,
      nanoseconds: traffic(7 * size),
    });
    return outputs;
  },
};
