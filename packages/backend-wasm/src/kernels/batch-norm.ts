import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { FLOAT_BYTES, traffic } from '../device/work.js';
import { number } from './attributes.js';
import { allFloat, dimension, input, type GraftKernel, type KernelCall } from './graft-kernel.js';

/** `tf.batchNorm` over the last axis, as at inference; tfjs's own has no SIMD. */
export const batchNorm: GraftKernel = { name: 'FusedBatchNorm', run };

function run(call: KernelCall): TensorInfo | undefined {
  const x = input(call, 'x');
  const [mean, variance] = [input(call, 'mean'), input(call, 'variance')];
  const [offset, scale] = [call.inputs['offset'] ?? undefined, call.inputs['scale'] ?? undefined];
  const channels = dimension(x.shape, -1);
  const perChannel = [mean, variance, offset, scale].flatMap((each) => each ?? []);
  const isPerChannel = perChannel.every((each) => each.shape.length === 1 && each.shape[0] === channels);
  if (!allFloat(x, ...perChannel) || !isPerChannel || channels === 0) return undefined;
  const { device } = call;
  const epsilon = number(call.attrs, 'varianceEpsilon', 0.001);
  const floats = util.sizeFromShape(x.shape);
  const out = device.output(x.shape);
  device.scratch(2 * channels * FLOAT_BYTES, (factor) => {
    const zeros = factor + channels * FLOAT_BYTES;
    const gamma = scale === undefined ? 0 : device.address(scale);
    device.functions.batchNormFactor(gamma, device.address(variance), channels, epsilon, factor);
    if (offset === undefined) device.writeIntegers(zeros, Array<number>(channels).fill(0));
    const beta = offset === undefined ? zeros : device.address(offset);
    device.work({
      kernel: 'batchNormApply',
      numbers: [device.address(x), device.address(mean), factor, beta, channels, device.address(out)],
      count: floats / channels,
      nanoseconds: traffic(2 * floats),
    });
  });
  return out;
}
