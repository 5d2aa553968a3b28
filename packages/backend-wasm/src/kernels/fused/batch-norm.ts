import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { FUSED } from '@graft-ml/core';
import { FLOAT_BYTES, traffic } from '../../device/work.js';
import { number } from '../attributes.js';
import { dimension } from '../graft-kernel.js';
import { fusedInput, fusedOutputs, type FusedCall, type FusedKernel } from './fused-kernel.js';

/** Rows are summed in at most so many parts, each of at least so many rows. */
const PARTS = 16;
const LEAST_ROWS = 64;

/** y = (x − mean) / √(variance + ε) · gamma + beta with the mean and the biased variance of each channel. */
export const batchNorm: FusedKernel = {
  name: FUSED.batchNorm,
  run: (call) => {
    const { attrs, device } = call;
    const { x, rows, channels } = rowsOf(call);
    const perChannel = ['gamma', 'beta', 'movingMean', 'movingVariance'];
    const [gamma = 0, beta = 0, movingMean = 0, movingVariance = 0] = perChannel.map((name) =>
      device.address(fusedInput(call, name, channels)),
    );
    const { size, count } = partsOf(rows);
    return device.scratch((2 * count + 1) * channels * FLOAT_BYTES, (parts) => {
      const factor = parts + 2 * count * channels * FLOAT_BYTES;
      const outputs = fusedOutputs(device, [x.shape, ...perChannel.map(() => [channels])]);
      const [y = 0, mean = 0, variance = 0, ...moved] = outputs.map((each) => device.address(each));
      const [from, floats] = [device.address(x), rows * channels];
      device.work({
        kernel: 'batchNormMoments',
        numbers: [from, rows, channels, size, parts],
        count,
        nanoseconds: traffic(floats),
      });
      const moving = [movingMean, movingVariance, number(attrs, 'epsilon'), number(attrs, 'decay')];
      device.functions.batchNormStatistics(
        parts,
        count,
        size,
        rows,
        channels,
        gamma,
        ...moving,
        mean,
        variance,
        ...moved,
        factor,
      );
      device.work({
        kernel: 'batchNormApply',
        numbers: [from, mean, factor, beta, channels, y],
        count: rows,
        nanoseconds: traffic(2 * floats),
      });
      return outputs;
    });
  },
};

export const batchNormGradient: FusedKernel = {
  name: FUSED.batchNormGradient,
  run: (call) => {
    const { attrs, device } = call;
    const { x, rows, channels } = rowsOf(call);
    const [from, floats] = [device.address(x), rows * channels];
    const dy = device.address(fusedInput(call, 'dy', floats));
    const [mean = 0, variance = 0, gamma = 0] = ['mean', 'variance', 'gamma'].map((name) =>
      device.address(fusedInput(call, name, channels)),
    );
    const { size, count } = partsOf(rows);
    return device.scratch((2 * count + 3) * channels * FLOAT_BYTES, (parts) => {
      const terms = parts + 2 * count * channels * FLOAT_BYTES;
      const outputs = fusedOutputs(device, [x.shape, [channels], [channels]]);
      const [dx = 0, dgamma = 0, dbeta = 0] = outputs.map((each) => device.address(each));
      device.work({
        kernel: 'batchNormProducts',
        numbers: [from, dy, mean, rows, channels, size, parts],
        count,
        nanoseconds: traffic(2 * floats),
      });
      const epsilon = number(attrs, 'epsilon');
      device.functions.batchNormSlopes(parts, count, rows, channels, variance, gamma, epsilon, dgamma, dbeta, terms);
      device.work({
        kernel: 'batchNormInputGradient',
        numbers: [from, dy, mean, terms, channels, dx],
        count: rows,
        nanoseconds: traffic(3 * floats),
      });
      return outputs;
    });
  },
};

function partsOf(rows: number): { size: number; count: number } {
  const size = Math.max(LEAST_ROWS, Math.ceil(rows / PARTS));
  return { size, count: Math.ceil(rows / size) };
}

function rowsOf(call: FusedCall): { x: TensorInfo; rows: number; channels: number } {
  const x = fusedInput(call, 'x');
  const channels = dimension(x.shape, -1);
  return { x, rows: channels === 0 ? 0 : util.sizeFromShape(x.shape) / channels, channels };
}
