import { util } from '@tensorflow/tfjs-core';
import { FUSED } from '@graft-ml/core';
import { traffic, VECTOR } from '../../device/work.js';
import { flag, number } from '../attributes.js';
import { decaying } from './decaying.js';
import { fusedInput, fusedOutputs, type FusedKernel } from './fused-kernel.js';

export const sgdUpdate: FusedKernel = {
  name: FUSED.sgdUpdate,
  run: (call) => {
    const { attrs, device } = call;
    const value = fusedInput(call, 'value');
    const size = util.sizeFromShape(value.shape);
    const gradient = fusedInput(call, 'gradient', size);
    const velocity = call.inputs['velocity'] === undefined ? undefined : fusedInput(call, 'velocity', size);
    const outputs = fusedOutputs(device, velocity === undefined ? [value.shape] : [value.shape, value.shape]);
    const [outValue = 0, outVelocity = 0] = outputs.map((each) => device.address(each));
    device.work({
      kernel: 'sgdUpdate',
      numbers: [
        device.address(value),
        device.address(gradient),
        velocity === undefined ? 0 : device.address(velocity),
        number(attrs, 'rate'),
        number(attrs, 'momentum'),
        flag(attrs, 'nesterov') ? 1 : 0,
        number(attrs, 'decay'),
        decaying(attrs),
        outValue,
        outVelocity,
      ],
      count: size,
      align: VECTOR,
      nanoseconds: traffic(5 * size),
    });
    return outputs;
  },
};
