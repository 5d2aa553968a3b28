import type { TensorInfo } from '@tensorflow/tfjs-core';
import { elementPass } from '../device/element-pass.js';
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
  return elementPass(device, { kernel: 'clamp', numbers: [device.address(x), least, most], like: x, floats: 2 });
}
