import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { FUSED } from '@graft-ml/core';
import { number } from '../attributes.js';
import { fusedInput, type FusedCall, type FusedKernel } from './fused-kernel.js';

export const reluGradient: FusedKernel = {
  name: FUSED.reluGradient,
  run: (call) => {
    const { device, attrs } = call;
    const { x, dy, size, dx } = operands(call);
    device.functions.reluGradient(
      device.address(x),
      device.address(dy),
      size,
      number(attrs, 'most'),
      device.address(dx),
    );
    return [dx];
  },
};

export const clipGradient: FusedKernel = {
  name: FUSED.clipGradient,
  run: (call) => {
    const { device, attrs } = call;
    const { x, dy, size, dx } = operands(call);
    const [least, most] = [number(attrs, 'least'), number(attrs, 'most')];
    device.functions.clipGradient(device.address(x), device.address(dy), size, least, most, device.address(dx));
    return [dx];
  },
};

function operands(call: FusedCall): { x: TensorInfo; dy: TensorInfo; size: number; dx: TensorInfo } {
  const x = fusedInput(call, 'x');
  const size = util.sizeFromShape(x.shape);
  return { x, dy: fusedInput(call, 'dy', size), size, dx: call.device.output(x.shape) };
}
