import { flag } from './attributes.js';
import { allFloat, input, type GraftKernel } from './graft-kernel.js';
import { matrixProduct } from './matrix-product.js';

/** `tf.matMul`. tfjs's own is 10 to 70 times slower as soon as an operand is transposed or batched. */
export const batchMatMul: GraftKernel = {
  name: 'BatchMatMul',
  run: (call) => {
    const a = input(call, 'a');
    const b = input(call, 'b');
    if (!allFloat(a, b)) return undefined;
    return matrixProduct(call.device, a, b, flag(call.attrs, 'transposeA'), flag(call.attrs, 'transposeB'));
  },
};
