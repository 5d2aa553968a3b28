import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { traffic, VECTOR } from '../device/work.js';
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
    const out = device.output(x.shape);
    const count = util.sizeFromShape(x.shape);
    const numbers = [device.address(x), device.address(out)];
    device.work({ kernel: 'flagsToFloats', numbers, count, align: VECTOR, nanoseconds: traffic(2 * count) });
    return out;
  }
  if (dtype !== 'bool') return undefined;
  const zero = device.run('Fill', {}, { shape: [], value: 0, dtype: x.dtype });
  const isSet = device.run('NotEqual', { a: x, b: zero });
  device.release(zero);
  return isSet;
}
