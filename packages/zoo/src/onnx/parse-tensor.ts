import { assertInside } from '@graft-ml/core';
import { WIRE } from './wire.js';
import { corrupt, fieldsOf, numbersIn, textIn, type Field } from './wire-reader.js';

/** Weights that lie in another file beside the model. */
export interface ExternalData {
  /** Relative to the model's folder, which it does not leave. */
  readonly location: string;
  readonly offset: number;
  readonly bytes: number;
}

/** A constant of a graph, whose numbers were counted and not read. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** Where its numbers are when they are not in this file. */
  readonly external: ExternalData | undefined;
  /** As it is in the file. */
  readonly whole: Uint8Array;
  /** The fields of its message. */
  readonly fields: readonly Field[];
}

/** Fields of TensorProto. */
const TENSOR = { dims: 1, dataType: 2, name: 8, raw: 9, externalData: 13, location: 14 } as const;
/** TensorProto.DataType → bits of one number; what is not here is no type of numbers. */
const BITS: ReadonlyMap<number, number> = new Map([
  ...([1, 6, 12] as const).map((type) => [type, 32] as const),
  ...([2, 3, 9, 17, 18, 19, 20, 24] as const).map((type) => [type, 8] as const),
  ...([4, 5, 10, 16] as const).map((type) => [type, 16] as const),
  ...([7, 11, 13, 14] as const).map((type) => [type, 64] as const),
  [15, 128],
  ...([21, 22, 23] as const).map((type) => [type, 4] as const),
]);
const STRINGS = 8;
/** Where numbers may lie beside `raw`: field → bytes of one that is stored plainly; 0 for varints. */
const TYPED: ReadonlyMap<number, number> = new Map([
  [4, 4],
  [5, 0],
  [7, 0],
  [10, 8],
  [11, 0],
]);
/** Protocol Buffers hold no more in one file. */
const MOST_BYTES = 2 ** 31;

/**
 * Read a TensorProto, and hold its shape against its data.
 *
 * @throws GraftError `corrupt` when they do not fit; `bad-input` for data in a file outside the model's folder
 */
export function parseTensor(field: Field, from: string): OnnxTensor {
  const fields = fieldsOf(field.bytes, `a tensor of ${from}`);
  const one = (number: number): Field | undefined => fields.findLast((each) => each.number === number);
  const named = one(TENSOR.name);
  const name = named === undefined ? '' : textIn(named, from);
  const what = `the tensor "${name.slice(0, 100)}" of ${from}`;
  const dims = fields.filter(({ number }) => number === TENSOR.dims).flatMap((each) => numbersIn(each, what));
  const type = one(TENSOR.dataType)?.value ?? 0;
  const bits = BITS.get(type);
  const count = dims.reduce((product, size) => product * size, 1);
  if (dims.some((size) => size < 0) || !Number.isSafeInteger(count)) {
    throw corrupt(`${what} has the shape [${dims.slice(0, 8).join(', ')}]`);
  }
  const made = (external?: ExternalData): OnnxTensor => ({ name, dims, external, whole: field.whole, fields });
  if (type === STRINGS) return made();
  if (bits === undefined) throw corrupt(`${what} is of the type ${type}`);
  const bytes = Math.ceil((count * bits) / 8);
  if (bytes > MOST_BYTES) throw corrupt(`${what} claims ${bytes} bytes`);
  if (one(TENSOR.location)?.value === 1) return made(externalOf(fields, bytes, what));
  const raw = one(TENSOR.raw);
  const found = raw === undefined ? typedCount(fields, what) : undefined;
  // Types of less than a byte, and complex ones, are packed in their own ways.
  const fits = raw !== undefined ? raw.bytes.length === bytes : bits < 8 || type >= 14 || found === count;
  if (!fits) {
    const held = raw === undefined ? `${found ?? 0} numbers` : `${raw.bytes.length} bytes`;
    throw corrupt(`${what} has the shape [${dims.join(', ')}], and holds ${held}`);
  }
  return made();
}

/** How many numbers there are in the fields that are called after their type. */
function typedCount(fields: readonly Field[], what: string): number {
  let count = 0;
  for (const field of fields) {
    const size = TYPED.get(field.number);
    if (size === undefined) continue;
    if (size === 0) count += numbersIn(field, what).length;
    else if (field.wire === WIRE.bytes && field.bytes.length % size === 0) count += field.bytes.length / size;
    else if (field.wire === (size === 4 ? WIRE.fixed32 : WIRE.fixed64)) count++;
    else throw corrupt(`${what} is cut off`);
  }
  return count;
}

function externalOf(fields: readonly Field[], bytes: number, what: string): ExternalData {
  const entries = new Map<string, string>();
  for (const { number, bytes: entry } of fields) {
    if (number !== TENSOR.externalData) continue;
    const texts = fieldsOf(entry, what);
    const text = (wanted: number): string => {
      const found = texts.findLast((each) => each.number === wanted);
      return found === undefined ? '' : textIn(found, what);
    };
    entries.set(text(1), text(2));
  }
  const location = entries.get('location') ?? '';
  // A model must not make its reader open other files than those beside it.
  assertInside(location);
  const [offset, length] = ['offset', 'length'].map((key) =>
    Number(entries.get(key) ?? (key === 'offset' ? 0 : bytes)),
  );
  if (offset === undefined || !Number.isSafeInteger(offset) || offset < 0 || length !== bytes) {
    throw corrupt(`${what} claims ${length} bytes from ${offset} on in another file, and has a shape of ${bytes}`);
  }
  return { location, offset, bytes };
}
