import { broadcast_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';
import type { Device } from '../device/device.js';
import { epilogueOf, finishProduct, type Finish } from './activation.js';
import { dimension } from './graft-kernel.js';
import { multiply } from './products.js';

/**
 * Products of the matrices in the last two dimensions, with broadcasting over the others.
 *
 * @param a float32 [..., rows, inner], or [..., inner, rows] when transposed
 * @param b float32 [..., inner, columns], or [..., columns, inner] when transposed
 * @param finish a bias a column and an activation; none by default
 * @returns a fresh float32 [..., rows, columns], owned by the caller
 * @throws GraftError `bad-input` when the inner sizes differ
 */
export function matrixProduct(
  device: Device,
  a: TensorInfo,
  b: TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
  finish?: Finish,
): TensorInfo {
  const rows = dimension(a.shape, transposeA ? -1 : -2);
  const inner = dimension(a.shape, transposeA ? -2 : -1);
  const columns = dimension(b.shape, transposeB ? -2 : -1);
  if (inner !== dimension(b.shape, transposeB ? -1 : -2)) {
    throw new GraftError({
      code: 'bad-input',
      what: `Matrices of shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}] cannot be multiplied.`,
      expected: 'Their inner sizes must be equal.',
    });
  }
  const outerA = a.shape.slice(0, -2);
  const outerB = b.shape.slice(0, -2);
  const outer = broadcast_util.assertAndGetBroadcastShape(outerA, outerB);
  const out = device.output([...outer, rows, columns]);
  const scaled = (indices: number[], size: number): number[] => indices.map((index) => index * size);
  multiply(device, {
    rows,
    columns,
    inner,
    a: { address: device.address(a), ...(transposeA ? { row: 1, column: rows } : { row: inner, column: 1 }) },
    b: { address: device.address(b), ...(transposeB ? { row: 1, column: inner } : { row: columns, column: 1 }) },
    c: { address: device.address(out), row: columns, column: 1 },
    offsets: {
      a: scaled(matrixIndices(outerA, outer), rows * inner),
      b: scaled(matrixIndices(outerB, outer), columns * inner),
      c: scaled(matrixIndices(outer, outer), rows * columns),
    },
    ...(finish === undefined ? {} : { epilogue: epilogueOf(device, finish) }),
  });
  return finish === undefined ? out : finishProduct(device, out, finish);
}

/** For each matrix of the broadcast outcome, the index of the operand's matrix that goes into it. */
function matrixIndices(own: readonly number[], outer: readonly number[]): number[] {
  const count = util.sizeFromShape([...outer]);
  const padded = [...Array.from({ length: outer.length - own.length }, () => 1), ...own];
  const indices: number[] = [];
  for (let flat = 0; flat < count; flat++) {
    let rest = flat;
    let index = 0;
    let stride = 1;
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      const size = outer[axis] ?? 1;
      const ownSize = padded[axis] ?? 1;
      if (ownSize !== 1) index += (rest % size) * stride;
      stride *= ownSize;
      rest = Math.floor(rest / size);
    }
    indices.push(index);
  }
  return indices;
}
