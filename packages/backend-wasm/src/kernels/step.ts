import { util } from '@tensorflow/tfjs-core';
import { traffic, VECTOR } from '../device/work.js';
import { number } from './attributes.js';
import { allFloat, input, type GraftKernel } from './graft-kernel.js';

/** `tf.step`, which is in the gradient of every relu: 1 where x > 0, `alpha` elsewhere, NaN where x is NaN. */
export const step: GraftKernel = {
  name: 'Step',
  run: (call) => {
    const x = input(call, 'x');
    if (!allFloat(x)) return undefined;
    const { device } = call;
    const out = device.output(x.shape);
    const alpha = number(call.attrs, 'alpha', 0);
    const count = util.sizeFromShape(x.shape);
    const numbers = [device.address(x), alpha, device.address(out)];
    device.work({ kernel: 'step', numbers, count, align: VECTOR, nanoseconds: traffic(2 * count) });
    return out;
  },
};
