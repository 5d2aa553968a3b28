import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { traffic, VECTOR } from '../device/work.js';
import { number } from './attributes.js';
import { allFloat, input, type GraftKernel, type KernelCall } from './graft-kernel.js';

export const relu: GraftKernel = { name: 'Relu', run: (call) => between(call, 0, Infinity) };

export const relu6: GraftKernel = { name: 'Relu6', run: (call) => between(call, 0, 6) };

export const clip: GraftKernel = {
  name: 'ClipByValue',
  run: (call) => between(call, number(call.attrs, 'clipValueMin'), number(call.attrs, 'clipValueMax')),
};

function between(call: KernelCall, least: number, most: number): TensorInfo | undefined {
  const x = input(call, 'x');
  if (!allFloat(x)) return undefined;
  const { device } = call;
  const out = device.output(x.shape);
  const count = util.sizeFromShape(x.shape);
  const numbers = [device.address(x), least, most, device.address(out)];
  device.work({ kernel: 'clamp', numbers, count, align: VECTOR, nanoseconds: traffic(2 * count) });
  return out;
}
