import type { TensorInfo } from '@tensorflow/tfjs-core';
import { outputShape, type EinsumGroups, type Labelled } from '@graft-ml/core';
import type { Device } from '../device/device.js';
import { multiply } from './products.js';
import { offsets, walk, type Walk } from './strided.js';

/**
 * The einsum of two float32 operands straight from their own layouts into the output's, without a transpose: every
 * matrix product reads and writes slices with strides. Attention over [batch, time, heads, size] is of this kind.
 *
 * @returns a fresh tensor with its axes in the order of `output`, or undefined when the layouts do not allow it
 */
export function stridedProduct(
  device: Device,
  a: Labelled<TensorInfo>,
  b: Labelled<TensorInfo>,
  { batch, rows, columns, inner }: EinsumGroups,
  output: string,
): TensorInfo | undefined {
  const shape = outputShape(a, b, output);
  const plan = { letters: output, tensor: { dataId: a.tensor.dataId, dtype: a.tensor.dtype, shape } };
  const walks = [
    walk(a, rows),
    walk(a, inner),
    walk(b, inner),
    walk(b, columns),
    walk(plan, rows),
    walk(plan, columns),
  ];
  const [rowsA, innerA, innerB, columnsB, rowsC, columnsC] = walks;
  if (!rowsA || !innerA || !innerB || !columnsB || !rowsC || !columnsC || !isDense(columnsC)) return undefined;
  const out = device.output(shape);
  multiply(device, {
    rows: rowsA.size,
    columns: columnsB.size,
    inner: innerA.size,
    a: { address: device.address(a.tensor), row: rowsA.stride, column: innerA.stride },
    b: { address: device.address(b.tensor), row: innerB.stride, column: columnsB.stride },
    c: { address: device.address(out), row: rowsC.stride, column: 1 },
    offsets: { a: offsets(a, batch), b: offsets(b, batch), c: offsets(plan, batch) },
  });
  return out;
}

function isDense(columns: Walk): boolean {
  return columns.size <= 1 || columns.stride === 1;
}
