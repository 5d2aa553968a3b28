import type { TensorInfo } from '@tensorflow/tfjs-core';
import { canFinish } from './activation.js';
import { flag, number, text } from './attributes.js';
import { allFloat, input, type GraftKernel, type KernelCall } from './graft-kernel.js';
import { matrixProduct } from './matrix-product.js';

/** `tf.fused.matMul`: a product, a bias a column, an activation. */
export const fusedMatMul: GraftKernel = { name: '_FusedMatMul', run };

function run(call: KernelCall): TensorInfo | undefined {
  const a = input(call, 'a');
  const b = input(call, 'b');
  const bias = call.inputs['bias'] ?? undefined;
  const preluWeights = call.inputs['preluActivationWeights'] ?? undefined;
  const activation = text(call.attrs, 'activation', 'linear');
  const transposeB = flag(call.attrs, 'transposeB');
  const columns = b.shape.at(transposeB ? -2 : -1);
  const isBiasAColumn = bias === undefined || (allFloat(bias) && bias.shape.length === 1 && bias.shape[0] === columns);
  if (!allFloat(a, b) || !isBiasAColumn || !canFinish(activation)) return undefined;
  const leakyReluAlpha = number(call.attrs, 'leakyreluAlpha', 0);
  const finish = { activation, bias, preluWeights, leakyReluAlpha };
  return matrixProduct(call.device, a, b, flag(call.attrs, 'transposeA'), transposeB, finish);
}
