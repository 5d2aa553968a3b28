/*
 * The few messages of ONNX that a network of convolutions needs, in protobuf's wire format: a field is a key
 * (number · 8 + type) and a value; type 0 is a varint, 2 is bytes with their length before, 5 is a 32-bit float.
 * Field numbers are those of onnx.proto3 (IR version 8, operator set 13).
 */

/** @typedef {Uint8Array} Message */

/** @param {number} value a whole number of at least 0 @returns {number[]} */
function varint(value) {
  const bytes = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return [...bytes, value];
}

const number = (field, value) => Uint8Array.from([...varint(field * 8), ...varint(value)]);
const bytes = (field, value) => concat([Uint8Array.from([...varint(field * 8 + 2), ...varint(value.length)]), value]);
const string = (field, value) => bytes(field, new TextEncoder().encode(value));
const float = (field, value) => concat([Uint8Array.from(varint(field * 8 + 5)), raw(Float32Array.of(value))]);
const raw = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** @param {readonly Uint8Array[]} parts */
function concat(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const FLOAT = 1;
const INTS = 7;

/** TensorProto of float32. @param {string} name @param {readonly number[]} dims @param {Float32Array} data */
export function tensor(name, dims, data) {
  return concat([...dims.map((size) => number(1, size)), number(2, FLOAT), string(8, name), bytes(9, raw(data))]);
}

/**
 * NodeProto. Attributes are lists of whole numbers, or one float or whole number.
 *
 * @param {string} operator
 * @param {readonly string[]} inputs
 * @param {string} output
 * @param {Record<string, readonly number[] | { float: number } | { int: number }>} [attributes]
 */
export function node(operator, inputs, output, attributes = {}) {
  const encoded = Object.entries(attributes).map(([name, value]) => {
    if (Array.isArray(value))
      return concat([string(1, name), ...value.map((each) => number(8, each)), number(20, INTS)]);
    if ('float' in value) return concat([string(1, name), float(2, value.float), number(20, 1)]);
    return concat([string(1, name), number(3, value.int), number(20, 2)]);
  });
  return concat([
    ...inputs.map((each) => string(1, each)),
    string(2, output),
    string(4, operator),
    ...encoded.map((each) => bytes(5, each)),
  ]);
}

/** ValueInfoProto of a float tensor. @param {string} name @param {readonly number[]} dims */
function value(name, dims) {
  const shape = concat(dims.map((size) => bytes(1, number(1, size))));
  return concat([string(1, name), bytes(2, bytes(1, concat([number(1, FLOAT), bytes(2, shape)])))]);
}

/**
 * ModelProto.
 *
 * @param {{ nodes: readonly Message[], tensors: readonly Message[], input: [string, number[]], output: [string, number[]] }} graph
 */
export function model({ nodes, tensors, input, output }) {
  const graph = concat([
    ...nodes.map((each) => bytes(1, each)),
    string(2, 'graph'),
    ...tensors.map((each) => bytes(5, each)),
    bytes(11, value(...input)),
    bytes(12, value(...output)),
  ]);
  return concat([number(1, 8), bytes(7, graph), bytes(8, number(2, 13))]);
}
