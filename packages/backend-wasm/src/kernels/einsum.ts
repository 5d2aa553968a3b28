import type { TensorInfo } from '@tensorflow/tfjs-core';
import { runEinsum, type EinsumOps } from '@graft-ml/core';
import { Workspace } from '../device/workspace.js';
import { text } from './attributes.js';
import { input, type GraftKernel, type KernelCall } from './graft-kernel.js';
import { matrixProduct } from './matrix-product.js';
import { stridedProduct } from './strided-product.js';

/** `tf.einsum` of one or two operands; tfjs WASM has none. */
export const einsum: GraftKernel = { name: 'Einsum', run };

function run(call: KernelCall): TensorInfo {
  const operands = Object.keys(call.inputs).map((_, at) => input(call, String(at)));
  const workspace = new Workspace(call.device);
  try {
    return workspace.keep(runEinsum(opsOf(workspace), text(call.attrs, 'equation'), operands));
  } finally {
    workspace.close();
  }
}

function opsOf(workspace: Workspace): EinsumOps<TensorInfo> {
  const { device } = workspace;
  return {
    sum: (x, axis) => workspace.run('Sum', { x }, { axis, keepDims: false }),
    transpose: (x, perm) => workspace.run('Transpose', { x }, { perm }),
    reshape: (x, shape) => workspace.reshaped(x, shape),
    multiply: (a, b) => workspace.run('Multiply', { a, b }),
    product: (a, b, transposeA, transposeB) => workspace.own(matrixProduct(device, a, b, transposeA, transposeB)),
    direct(a, b, groups, output) {
      const product = stridedProduct(device, a, b, groups, output);
      return product === undefined ? undefined : workspace.own(product);
    },
  };
}
