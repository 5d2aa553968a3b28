import { elementPass } from '../device/element-pass.js';
import { number } from './attributes.js';
import { allFloat, input, type GraftKernel } from './graft-kernel.js';

/** `tf.step`, which is in the gradient of every relu: 1 where x > 0, `alpha` elsewhere, NaN where x is NaN. */
export const step: GraftKernel = {
  name: 'Step',
  run: (call) => {
    const x = input(call, 'x');
    if (!allFloat(x)) return undefined;
    const { device } = call;
    const alpha = number(call.attrs, 'alpha', 0);
    return elementPass(device, { kernel: 'step', numbers: [device.address(x), alpha], like: x, floats: 2 });
  },
};
