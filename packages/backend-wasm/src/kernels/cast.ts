import type { TensorInfo } from '@tensorflow/tfjs-core';
import { elementPass } from '../device/element-pass.js';
import { text } from './attributes.js';
import { input, type GraftKernel, type KernelCall } from './graft-kernel.js';

/**
 * `tf.cast`. To the same type: another reference to the same buffer, where tfjs copies. To bool: whether a value is
 * not zero, where tfjs keeps its low byte, so that 0.5 and 256 become false. From bool to floats: four at a time.
 */
export const cast: GraftKernel = { name: 'Cast', run };

function run(call: KernelCall): TensorInfo | undefined {
  const { device } = call;
  const x = input(call, 'x');
  const dtype = text(call.attrs, 'dtype');
  if (x.dtype === 'string') return undefined;
  if (x.dtype === dtype) return device.reshaped(x, x.shape);
  if (x.dtype === 'bool' && dtype === 'float32') {
    return elementPass(device, { kernel: 'flagsToFloats', numbers: [device.address(x)], like: x, dtype, floats: 2 });
  }
  if (dtype !== 'bool') return undefined;
  const zero = device.run('Fill', {}, { shape: [], value: 0, dtype: x.dtype });
  const isSet = device.run('NotEqual', { a: x, b: zero });
  device.release(zero);
  return isSet;
}
