import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { FUSED } from '@graft-ml/core';
import { traffic, VECTOR } from '../../device/work.js';
import { number } from '../attributes.js';
import { fusedInput, type FusedCall, type FusedKernel } from './fused-kernel.js';

export const reluGradient: FusedKernel = {
  name: FUSED.reluGradient,
  run: (call) => {
    const { device, attrs } = call;
    const { x, dy, size, dx } = operands(call);
    const numbers = [device.address(x), device.address(dy), number(attrs, 'most'), device.address(dx)];
    device.work({ kernel: 'reluGradient', numbers, count: size, align: VECTOR, nanoseconds: traffic(3 * size) });
    return [dx];
  },
};

export const clipGradient: FusedKernel = {
  name: FUSED.clipGradient,
  run: (call) => {
    const { device, attrs } = call;
    const { x, dy, size, dx } = operands(call);
    const [least, most] = [number(attrs, 'least'), number(attrs, 'most')];
    const numbers = [device.address(x), device.address(dy), least, most, device.address(dx)];
    device.work({ kernel: 'clipGradient', numbers, count: size, align: VECTOR, nanoseconds: traffic(3 * size) });
    return [dx];
  },
};

function operands(call: FusedCall): { x: TensorInfo; dy: TensorInfo; size: number; dx: TensorInfo } {
  const x = fusedInput(call, 'x');
  const size = util.sizeFromShape(x.shape);
  return { x, dy: fusedInput(call, 'dy', size), size, dx: call.device.output(x.shape) };
}
