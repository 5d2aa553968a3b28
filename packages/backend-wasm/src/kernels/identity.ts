import { input, type GraftKernel } from './graft-kernel.js';

/**
 * `tf.clone`. tfjs's WASM engine copies the data; buffers are never written to after they are made, so one more
 * reference to the same buffer is enough, as on the cpu engine.
 */
export const identity: GraftKernel = {
  name: 'Identity',
  run: (call) => {
    const x = input(call, 'x');
    return x.dtype === 'string' ? undefined : call.device.reshaped(x, x.shape);
  },
};
