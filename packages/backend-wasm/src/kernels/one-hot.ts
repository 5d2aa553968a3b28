import type { TensorInfo } from '@tensorflow/tfjs-core';
import { number, text } from './attributes.js';
import type { GraftKernel, KernelCall } from './graft-kernel.js';

/**
 * `tf.oneHot` into floats. tfjs writes the bits of integers into them, so that a 1 reads as 1.4e-45; here its integers
 * are converted. Other types go to tfjs.
 */
export const oneHot: GraftKernel = { name: 'OneHot', run };

function run({ attrs, device, original }: KernelCall): TensorInfo | undefined {
  if (text(attrs, 'dtype') !== 'float32') return undefined;
  const on = number(attrs, 'onValue');
  const off = number(attrs, 'offValue');
  const flags = original({ ...attrs, dtype: 'int32', onValue: 1, offValue: 0 });
  if (flags === undefined) return undefined;
  const floats = device.run('Cast', { x: flags }, { dtype: 'float32' });
  device.release(flags);
  if (on === 1 && off === 0) return floats;
  const scalar = (value: number): TensorInfo => device.run('Fill', {}, { shape: [], value, dtype: 'float32' });
  const [span, base] = [scalar(on - off), scalar(off)];
  const scaled = device.run('Multiply', { a: floats, b: span });
  const result = device.run('Add', { a: scaled, b: base });
  for (const each of [floats, span, base, scaled]) device.release(each);
  return result;
}
