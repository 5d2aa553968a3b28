import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';
import { Workspace } from '../device/workspace.js';
import { text } from './attributes.js';
import { allFloat, input, type GraftKernel, type KernelCall } from './graft-kernel.js';
import { arrange, multiply, select, sizeOf, sumAway, volume, type Labelled } from './labelled.js';
import { matrixProduct } from './matrix-product.js';
import { stridedProduct } from './strided-product.js';

/** `tf.einsum` of one or two operands; tfjs WASM has none. Two float32 operands become one batched matrix product. */
export const einsum: GraftKernel = { name: 'Einsum', run };

function run(call: KernelCall): TensorInfo {
  const equation = text(call.attrs, 'equation').replace(/\s/g, '');
  // Refuses malformed equations, in the words that users of tfjs know.
  backend_util.decodeEinsumEquation(equation, Object.keys(call.inputs).length);
  const [left = '', output = ''] = equation.split('->');
  const terms = left.split(',').map((letters, at) => ({ letters, tensor: input(call, String(at)) }));
  checkSizes(terms);
  const workspace = new Workspace(call.device);
  try {
    return workspace.keep(arrange(workspace, contract(workspace, terms, output), output).tensor);
  } finally {
    workspace.close();
  }
}

function contract(workspace: Workspace, terms: readonly Labelled[], output: string): Labelled {
  const [first, second] = terms;
  if (first === undefined) throw new GraftError({ code: 'bad-input', what: 'An einsum needs an operand.' });
  if (second === undefined) return sumAway(workspace, first, output);
  const a = sumAway(workspace, first, output + second.letters);
  const b = sumAway(workspace, second, output + first.letters);
  const inner = select(a.letters, [b.letters], [output]);
  const rows = select(output, [a.letters], [b.letters]);
  const columns = select(output, [b.letters], [a.letters]);
  const isElementwise = inner === '' || (rows === '' && columns === '');
  if (isElementwise || !allFloat(a.tensor, b.tensor)) {
    return sumAway(workspace, multiply(workspace, a, b, output), output);
  }
  const strided = stridedProduct(workspace.device, a, b, output) ?? stridedProduct(workspace.device, b, a, output);
  if (strided !== undefined) return { letters: output, tensor: workspace.own(strided.tensor) };
  const batch = select(output, [a.letters, b.letters]);
  const transposeA = a.letters === batch + inner + rows;
  const transposeB = b.letters === batch + columns + inner;
  const arrangedA = transposeA ? a : arrange(workspace, a, batch + rows + inner);
  const arrangedB = transposeB ? b : arrange(workspace, b, batch + inner + columns);
  const [count, m, k, n] = [volume(a, batch), volume(a, rows), volume(a, inner), volume(b, columns)];
  const matrixA = workspace.reshaped(arrangedA.tensor, transposeA ? [count, k, m] : [count, m, k]);
  const matrixB = workspace.reshaped(arrangedB.tensor, transposeB ? [count, n, k] : [count, k, n]);
  const product = workspace.own(matrixProduct(workspace.device, matrixA, matrixB, transposeA, transposeB));
  const letters = batch + rows + columns;
  const shape = Array.from(letters).map((letter) => sizeOf(a.letters.includes(letter) ? a : b, letter));
  return { letters, tensor: workspace.reshaped(product, shape) };
}

function checkSizes(terms: readonly Labelled[]): void {
  const sizes = new Map<string, number>();
  for (const { letters, tensor } of terms) {
    if (letters.length !== tensor.shape.length) {
      throw new GraftError({
        code: 'bad-input',
        what: `The einsum term "${letters}" names ${letters.length} axes, but its operand has shape [${tensor.shape.join(', ')}].`,
      });
    }
    for (const [axis, letter] of Array.from(letters).entries()) {
      const size = tensor.shape[axis] ?? 1;
      const known = sizes.get(letter) ?? size;
      if (known !== size) {
        throw new GraftError({
          code: 'bad-input',
          what: `The einsum axis "${letter}" is ${known} in one operand and ${size} in the other.`,
        });
      }
      sizes.set(letter, size);
    }
  }
}
