import { GraftError } from '@graft-ml/core';
import { volume } from '../internal/checks.js';

/** An array as IDX files hold it. */
export interface IdxArray {
  readonly shape: readonly number[];
  /** uint8 as it is; int8, int16 and int32 as int32; float32 and float64 as float32. Row-major. */
  readonly data: Uint8Array | Int32Array | Float32Array;
}

/** Type codes of the format (http://yann.lecun.com/exdb/mnist/, "THE IDX FILE FORMAT"): bytes a number. */
const TYPE_BYTES: ReadonlyMap<number, number> = new Map([
  [0x08, 1],
  [0x09, 1],
  [0x0b, 2],
  [0x0c, 4],
  [0x0d, 4],
  [0x0e, 8],
]);

const MAX_RANK = 8;

/**
 * Parse an (unpacked) IDX file, the format of MNIST: two zero bytes, a type, the number of dimensions, the dimensions
 * and the numbers, all big-endian.
 *
 * @param from the file's name, for messages
 * @throws GraftError `corrupt` for a wrong magic number, an unknown type, or sizes that do not fit the file's length
 */
export function parseIdx(bytes: Uint8Array, from: string): IdxArray {
  const corrupt = (what: string, expected: string): GraftError =>
    new GraftError({ code: 'corrupt', what: `${from}: ${what}`, expected, remedy: 'Fetch the file again.' });
  if (bytes.byteLength < 4) throw corrupt(`it has only ${bytes.byteLength} bytes.`, 'An IDX file was expected.');
  const [zero, alsoZero, type = 0, rank = 0] = bytes;
  const width = TYPE_BYTES.get(type);
  if (zero !== 0 || alsoZero !== 0 || width === undefined || rank < 1 || rank > MAX_RANK) {
    const magic = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw corrupt(
      `its magic number is ${magic}.`,
      'An IDX file begins with 00 00, a type (08 to 0e) and 1 to 8 dimensions.',
    );
  }
  const header = 4 + 4 * rank;
  if (bytes.byteLength < header)
    throw corrupt(`it ends after ${bytes.byteLength} bytes.`, `Its header takes ${header}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const needed = volume(shape) * width;
  if (needed !== bytes.byteLength - header) {
    throw corrupt(
      `it holds ${bytes.byteLength - header} bytes of numbers.`,
      `The shape [${shape.join(', ')}] in its header needs ${needed}.`,
    );
  }
  return { shape, data: numbers(type, view, header, volume(shape)) };
}

function numbers(type: number, view: DataView, from: number, count: number): IdxArray['data'] {
  const read = { length: count };
  switch (type) {
    case 0x09:
      return Int32Array.from(read, (_, at) => view.getInt8(from + at));
    case 0x0b:
      return Int32Array.from(read, (_, at) => view.getInt16(from + 2 * at));
    case 0x0c:
      return Int32Array.from(read, (_, at) => view.getInt32(from + 4 * at));
    case 0x0d:
      return Float32Array.from(read, (_, at) => view.getFloat32(from + 4 * at));
    case 0x0e:
      return Float32Array.from(read, (_, at) => view.getFloat64(from + 8 * at));
    default:
      return new Uint8Array(view.buffer, view.byteOffset + from, count);
  }
}
