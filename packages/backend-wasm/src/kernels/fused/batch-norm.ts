import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { FUSED } from '@graft-ml/core';
import { number } from '../attributes.js';
import { dimension } from '../graft-kernel.js';
import { fusedInput, fusedOutputs, type FusedCall, type FusedKernel } from './fused-kernel.js';

const FLOAT_BYTES = 4;

export const batchNorm: FusedKernel = {
  name: FUSED.batchNorm,
  run: (call) => {
    const { attrs, device } = call;
    const { x, rows, channels } = rowsOf(call);
    const perChannel = ['gamma', 'beta', 'movingMean', 'movingVariance'];
    const inputs = [x, ...perChannel.map((name) => fusedInput(call, name, channels))];
    return device.scratch(channels * FLOAT_BYTES, (scratch) => {
      const outputs = fusedOutputs(device, [x.shape, ...perChannel.map(() => [channels])]);
      device.functions.batchNorm(
        ...inputs.map((each) => device.address(each)),
        rows,
        channels,
        number(attrs, 'epsilon'),
        number(attrs, 'decay'),
        ...outputs.map((each) => device.address(each)),
        scratch,
      );
      return outputs;
    });
  },
};

export const batchNormGradient: FusedKernel = {
  name: FUSED.batchNormGradient,
  run: (call) => {
    const { attrs, device } = call;
    const { x, rows, channels } = rowsOf(call);
    const dy = fusedInput(call, 'dy', rows * channels);
    const inputs = [x, dy, ...['mean', 'variance', 'gamma'].map((name) => fusedInput(call, name, channels))];
    return device.scratch(3 * channels * FLOAT_BYTES, (scratch) => {
      const outputs = fusedOutputs(device, [x.shape, [channels], [channels]]);
      device.functions.batchNormGradient(
        ...inputs.map((each) => device.address(each)),
        rows,
        channels,
        number(attrs, 'epsilon'),
        ...outputs.map((each) => device.address(each)),
        scratch,
      );
      return outputs;
    });
  },
};

function rowsOf(call: FusedCall): { x: TensorInfo; rows: number; channels: number } {
  const x = fusedInput(call, 'x');
  const channels = dimension(x.shape, -1);
  return { x, rows: channels === 0 ? 0 : util.sizeFromShape(x.shape) / channels, channels };
}
