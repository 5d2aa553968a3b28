import { GraftError } from '@graft-ml/core';
import { WIRE } from './wire.js';

/** A field of a message. Nothing is copied: bytes are parts of the file. */
export interface Field {
  readonly number: number;
  /** One of `WIRE`. */
  readonly wire: number;
  /** Of a varint, which is read as a signed whole number of 64 bits. */
  readonly value: number;
  /** Of everything else. */
  readonly bytes: Uint8Array;
  /** Key and value as they are in the file. */
  readonly whole: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/**
 * The fields of a message, in their order. Lengths are checked against what there is.
 *
 * @param what what the message is, for messages to people
 * @throws GraftError `corrupt` for a length that lies, a number that does not end, or a kind of field that ONNX has none of
 */
export function fieldsOf(message: Uint8Array, what: string): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    const read = readVarint(message, at, what);
    at = read.next;
    return read.value;
  };
  while (at < message.length) {
    const start = at;
    const key = varint();
    const [number, wire] = [Math.floor(key / 8), key % 8];
    if (number < 1 || number > 2 ** 29) throw corrupt(`${what} has a field with the number ${number}`);
    let value = Number.NaN;
    let bytes: Uint8Array = NOTHING;
    if (wire === WIRE.varint) value = varint();
    else {
      const size = wire === WIRE.fixed64 ? 8 : wire === WIRE.fixed32 ? 4 : wire === WIRE.bytes ? varint() : -1;
      if (size < 0) throw corrupt(`${what} has a field of the kind ${wire}, which ONNX has none of`);
      if (size > message.length - at) {
        throw corrupt(`${what} claims ${size} bytes where ${message.length - at} are left`);
      }
      bytes = message.subarray(at, at + size);
      at += size;
    }
    fields.push({ number, wire, value, bytes, whole: message.subarray(start, at) });
  }
  return fields;
}

/** The whole numbers of a repeated field, packed or one by one. */
export function numbersIn(field: Field, what: string): number[] {
  if (field.wire === WIRE.varint) return [field.value];
  if (field.wire !== WIRE.bytes) throw corrupt(`${what} has no whole numbers where they should be`);
  const numbers: number[] = [];
  for (let at = 0; at < field.bytes.length;) {
    const { value, next } = readVarint(field.bytes, at, what);
    numbers.push(value);
    at = next;
  }
  return numbers;
}

/** Numbers of up to seven bytes are exact as they are; longer ones go by big integers, which are slow. */
const QUICK_BYTES = 7;
const MOST_VARINT_BYTES = 10;

/** A signed whole number of 64 bits, and where it ends. @throws GraftError `corrupt` when it does not end */
function readVarint(bytes: Uint8Array, from: number, what: string): { readonly value: number; readonly next: number } {
  let end = from;
  while ((bytes[end] ?? 0) >= 128) end++;
  const length = end - from + 1;
  if (end >= bytes.length || length > MOST_VARINT_BYTES) throw corrupt(`${what} has a number that does not end`);
  if (length <= QUICK_BYTES) {
    let value = 0;
    for (let at = end; at >= from; at--) value = value * 128 + ((bytes[at] ?? 0) & 127);
    return { value, next: end + 1 };
  }
  let value = 0n;
  for (let at = end; at >= from; at--) value = (value << 7n) + BigInt((bytes[at] ?? 0) & 127);
  return { value: Number(BigInt.asIntN(64, value)), next: end + 1 };
}

/** Longer names are no names. */
const MOST_TEXT = 65_536;

/** A text of a message. @throws GraftError `corrupt` when it is no UTF-8, or longer than any name */
export function textIn(field: Field, what: string): string {
  if (field.wire !== WIRE.bytes) throw corrupt(`${what} has no text where one should be`);
  if (field.bytes.length > MOST_TEXT) throw corrupt(`${what} has a name of ${field.bytes.length} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(field.bytes);
  } catch (cause) {
    throw corrupt(`${what} has a text that is no UTF-8`, cause);
  }
}

export function corrupt(what: string, cause?: unknown): GraftError {
  return new GraftError({
    code: 'corrupt',
    what: `${what}.`,
    expected: 'An ONNX file was expected.',
    remedy: 'Copy, download or export it again.',
    cause,
  });
}
