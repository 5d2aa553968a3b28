/*
 * Protocol Buffers' wire format (https://protobuf.dev/programming-guides/encoding/), as far as ONNX needs it: a message is
 * a run of fields, each a key (number · 8 + type) and a value.
 */

/** A message that is encoded already. */
export type Message = Uint8Array;

/** How a field's value is written. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** A field with a whole number of at least 0. */
export function numberField(field: number, value: number): Message {
  return Uint8Array.from([...varint(field * 8 + WIRE.varint), ...varint(value)]);
}

/** A field with bytes: a message, a text's, or packed numbers. */
export function bytesField(field: number, value: Uint8Array): Message {
  return concat([Uint8Array.from([...varint(field * 8 + WIRE.bytes), ...varint(value.length)]), value]);
}

export function textField(field: number, value: string): Message {
  return bytesField(field, new TextEncoder().encode(value));
}

export function floatField(field: number, value: number): Message {
  return concat([Uint8Array.from(varint(field * 8 + WIRE.fixed32)), littleEndian(Float32Array.of(value))]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The bytes of an array; all machines that run JavaScript engines today store the low byte first. */
export function littleEndian(array: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Seven bits a byte, the lowest first. @param value a whole number of at least 0 */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}
