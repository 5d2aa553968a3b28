import type { Device } from '../device/device.js';
import { select, sizeOf, type Labelled } from './labelled.js';
import { offsets, walk, type Walk } from './strided.js';

/**
 * The einsum of two float32 operands straight from their own layouts into the output's, without a transpose: every
 * matrix product reads and writes slices with strides. Attention over [batch, time, heads, size] is of this kind.
 *
 * @returns a fresh tensor with the letters of `output`, or undefined when the layouts do not allow it
 */
export function stridedProduct(device: Device, a: Labelled, b: Labelled, output: string): Labelled | undefined {
  const inner = select(a.letters, [b.letters], [output]);
  const rows = select(output, [a.letters], [b.letters]);
  const columns = select(output, [b.letters], [a.letters]);
  const batch = select(output, [a.letters, b.letters]);
  const shape = Array.from(output, (letter) => sizeOf(a.letters.includes(letter) ? a : b, letter));
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
  const [atA, atB, atC] = [offsets(a, batch), offsets(b, batch), offsets(plan, batch)];
  const { functions } = device;
  device.scratch(functions.gemmScratch(rowsA.size, columnsB.size, innerA.size), (scratch) => {
    const [addressA, addressB, addressC] = [device.address(a.tensor), device.address(b.tensor), device.address(out)];
    for (let each = 0; each < atC.length; each++) {
      functions.gemm(
        rowsA.size,
        columnsB.size,
        innerA.size,
        addressA + (atA[each] ?? 0) * 4,
        rowsA.stride,
        innerA.stride,
        addressB + (atB[each] ?? 0) * 4,
        innerB.stride,
        columnsB.stride,
        addressC + (atC[each] ?? 0) * 4,
        rowsC.stride,
        scratch,
      );
    }
  });
  return { letters: output, tensor: out };
}

function isDense(columns: Walk): boolean {
  return columns.size <= 1 || columns.stride === 1;
}
