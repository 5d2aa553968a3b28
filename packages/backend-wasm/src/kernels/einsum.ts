import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Device } from '../device/device.js';
import { text } from './attributes.js';
import { allFloat, input, type GraftKernel, type KernelCall } from './graft-kernel.js';
import { matrixProduct } from './matrix-product.js';

/** `tf.einsum` of one or two operands; tfjs WASM has none. Two float32 operands become one batched matrix product. */
export const einsum: GraftKernel = { name: 'Einsum', run };

interface Term {
  readonly letters: string;
  readonly tensor: TensorInfo;
}

function run(call: KernelCall): TensorInfo {
  const equation = text(call.attrs, 'equation').replace(/\s/g, '');
  const operands = Object.keys(call.inputs).map((name) => input(call, name));
  // Its result is not needed; it refuses malformed equations in the words that users of tfjs know.
  const decoded = backend_util.decodeEinsumEquation(equation, operands.length);
  backend_util.checkEinsumDimSizes(decoded.allDims.length, decoded.idDims, operands.map(asTensorLike));
  const [left = '', output = ''] = equation.split('->');
  const terms = left.split(',').map((letters, at) => ({ letters, tensor: input(call, String(at)) }));
  const [first, second] = terms;
  const workspace = new Workspace(call.device);
  try {
    let outcome: Term;
    if (first === undefined) throw new Error('unreachable');
    if (second === undefined) outcome = workspace.sumAway(first, output);
    else if (allFloat(first.tensor, second.tensor)) outcome = product(workspace, first, second, output);
    else outcome = workspace.sumAway(multiply(workspace, first, second), output);
    return workspace.keep(workspace.arrange(outcome, output).tensor);
  } finally {
    workspace.close();
  }
}
