import { GraftError } from '@graft-ml/core';

/**
 * Walk the global heaps of an HDF5 file, where it keeps texts of variable length, and refuse those whose sizes do not add
 * up: the HDF5 library (2.0) never comes back from some of them.
 *
 * Layout (HDF5 file format specification, III.E): `GCOL`, version 1, three zeros, the collection's size; then objects of
 * an index, a reference count, four reserved bytes, a size and, padded to 8 bytes, as many bytes. Index 0 is free space.
 *
 * @throws GraftError `corrupt`
 */
export function assertSoundHeaps(bytes: Uint8Array, from: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 16 <= bytes.byteLength; at += 8) {
    // "GCOL", then version 1 and three zeros.
    if (view.getUint32(at, true) !== 0x4c4f_4347 || view.getUint32(at + 4, true) !== 1) continue;
    const size = Number(view.getBigUint64(at + 8, true));
    if (size < 16 || at + size > bytes.byteLength || !isSound(view, at + 16, at + size)) {
      throw new GraftError({
        code: 'corrupt',
        what: `The heap at byte ${at} of ${from} claims sizes that do not add up.`,
        expected: 'A file that Keras saved as HDF5 was expected.',
        remedy: 'Copy or download it again.',
      });
    }
  }
}

function isSound(view: DataView, from: number, end: number): boolean {
  let at = from;
  while (at + 16 <= end) {
    const index = view.getUint16(at, true);
    const size = Number(view.getBigUint64(at + 8, true));
    // Free space counts its own header; what it leaves over is not read.
    const next = index === 0 ? at + size : at + 16 + Math.ceil(size / 8) * 8;
    if (next <= at || next > end) return false;
    at = next;
  }
  return true;
}
