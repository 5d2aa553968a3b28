import { broadcast_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';
import type { Device } from '../device/device.js';
import { dimension } from './graft-kernel.js';

/**
 * Products of the matrices in the last two dimensions, with broadcasting over the others.
 *
 * @param a float32 [..., rows, inner], or [..., inner, rows] when transposed
 * @param b float32 [..., inner, columns], or [..., columns, inner] when transposed
 * @returns a fresh float32 [..., rows, columns], owned by the caller
 * @throws GraftError `bad-input` when the inner sizes differ
 */
export function matrixProduct(
  device: Device,
  a: TensorInfo,
  b: TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
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
  const offsetsA = matrixIndices(outerA, outer);
  const offsetsB = matrixIndices(outerB, outer);
  const [rowA, stepA] = transposeA ? [1, rows] : [inner, 1];
  const [stepB, columnB] = transposeB ? [1, inner] : [columns, 1];
  const { functions } = device;
  device.scratch(functions.gemmScratch(rows, columns, inner), (scratch) => {
    const [addressA, addressB, addressC] = [device.address(a), device.address(b), device.address(out)];
    for (let index = 0; index < offsetsA.length; index++) {
      const atA = addressA + (offsetsA[index] ?? 0) * rows * inner * 4;
      const atB = addressB + (offsetsB[index] ?? 0) * columns * inner * 4;
      const atC = addressC + index * rows * columns * 4;
      functions.gemm(rows, columns, inner, atA, rowA, stepA, atB, stepB, columnB, atC, columns, scratch);
    }
  });
  return out;
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
