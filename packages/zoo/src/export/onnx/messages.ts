import { bytesField, concat, floatField, littleEndian, numberField, textField, type Message } from '../../onnx/wire.js';

/*
 * The messages of ONNX that a network needs. Field numbers are those of onnx.proto3
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3), version 8 of the format.
 */

/** Opened by every runtime since 2020; later operator sets change nothing that is used here. */
const OPERATOR_SET = 13;
const FORMAT_VERSION = 8;

/** TensorProto.DataType */
const DATA_TYPE = { float: 1, int64: 7 } as const;
/** AttributeProto.AttributeType */
const ATTRIBUTE = { float: 1, int: 2, text: 3, ints: 7 } as const;

/** A whole number, a float, a text or a list of whole numbers, all of at least 0. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | readonly number[];

export type Attributes = Readonly<Record<string, Attribute>>;

/** A TensorProto. @param dims its shape; the data are in row-major order */
export function tensorMessage(name: string, dims: readonly number[], data: Float32Array | BigInt64Array): Message {
  return concat([
    ...dims.map((size) => numberField(1, size)),
    numberField(2, data instanceof Float32Array ? DATA_TYPE.float : DATA_TYPE.int64),
    textField(8, name),
    bytesField(9, littleEndian(data)),
  ]);
}

/** A NodeProto. */
export function nodeMessage(
  operator: string,
  name: string,
  inputs: readonly string[],
  output: string,
  attributes: Attributes,
): Message {
  return concat([
    ...inputs.map((each) => textField(1, each)),
    textField(2, output),
    textField(3, name),
    textField(4, operator),
    ...Object.entries(attributes).map(([key, value]) => bytesField(5, attributeMessage(key, value))),
  ]);
}

function attributeMessage(name: string, value: Attribute): Message {
  const fields = (type: number, ...values: Message[]): Message =>
    concat([textField(1, name), ...values, numberField(20, type)]);
  if ('float' in value) return fields(ATTRIBUTE.float, floatField(2, value.float));
  if ('int' in value) return fields(ATTRIBUTE.int, numberField(3, value.int));
  if ('text' in value) return fields(ATTRIBUTE.text, textField(4, value.text));
  return fields(ATTRIBUTE.ints, ...value.map((each) => numberField(8, each)));
}

/** A float tensor that enters or leaves a graph: sizes, or names for those that are open. */
export interface GraphValue {
  readonly name: string;
  readonly dims: readonly (number | string)[];
}

/** A ValueInfoProto. */
function valueMessage({ name, dims }: GraphValue): Message {
  const dim = (size: number | string): Message =>
    typeof size === 'string' ? textField(2, size) : numberField(1, size);
  const shape = concat(dims.map((size) => bytesField(1, dim(size))));
  const tensor = concat([numberField(1, DATA_TYPE.float), bytesField(2, shape)]);
  return concat([textField(1, name), bytesField(2, bytesField(1, tensor))]);
}

export interface ModelParts {
  readonly name: string;
  readonly nodes: readonly Message[];
  readonly tensors: readonly Message[];
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  /** What is said of the model beside its graph. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A ModelProto: a whole file. */
export function modelMessage({ name, nodes, tensors, inputs, outputs, metadata }: ModelParts): Uint8Array<ArrayBuffer> {
  const graph = concat([
    ...nodes.map((each) => bytesField(1, each)),
    textField(2, name),
    ...tensors.map((each) => bytesField(5, each)),
    ...inputs.map((each) => bytesField(11, valueMessage(each))),
    ...outputs.map((each) => bytesField(12, valueMessage(each))),
  ]);
  return concat([
    numberField(1, FORMAT_VERSION),
    textField(2, 'graft'),
    bytesField(7, graph),
    bytesField(8, concat([textField(1, ''), numberField(2, OPERATOR_SET)])),
    ...Object.entries(metadata).map(([key, value]) => bytesField(14, concat([textField(1, key), textField(2, value)]))),
  ]);
}
