import { GraftError } from '@graft-ml/core';
import { parseTensor, type OnnxTensor } from './parse-tensor.js';
import { corrupt, fieldsOf, numbersIn, textIn, type Field } from './wire-reader.js';

/** A node of a graph. */
export interface OnnxNode {
  /** Its name, or, without one, its first output. */
  readonly name: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Everything that it reads: its inputs, and what graphs inside it may read of this one. */
  readonly reads: readonly string[];
  /** As it is in the file. */
  readonly whole: Uint8Array;
}

/** A tensor that enters or leaves a graph. Sizes that are open are null. */
export interface OnnxValue {
  readonly name: string;
  /** TensorProto.DataType; 1 is float32. 0 when it is not said. */
  readonly dataType: number;
  readonly dims: readonly (number | null)[];
  readonly whole: Uint8Array;
}

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  /** What must be fed: initializers that are listed as inputs are left out. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** What the model says of itself. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Fields of the model that go on as they are: versions, operator sets, functions. */
  readonly rest: readonly Uint8Array[];
}

/** Far above any model. */
const MOST_NODES = 1_000_000;
/** Graphs in graphs deeper than this are refused. */
const DEEPEST = 8;

/*
 * Field numbers are those of onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3).
 */
const MODEL = { irVersion: 1, graph: 7, operatorSets: 8, metadata: 14, functions: 25 } as const;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, sparse: 15 } as const;
const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5 } as const;
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11 } as const;

/**
 * Read what is needed of an ONNX file, and make sure that the rest of it is sound: every length is checked against the bytes that
 * there are, every tensor's shape against its data. Nothing is copied and nothing is allocated by what the file claims.
 *
 * @param from the file's name, for messages
 * @throws GraftError `corrupt` for what is no ONNX file, is cut off or lies; `bad-input` for data in files outside its folder, or
 *   sparse weights
 */
export function parseOnnx(bytes: Uint8Array, from: string): OnnxModel {
  const fields = fieldsOf(bytes, from);
  const [graph, ...more] = fields.filter(({ number }) => number === MODEL.graph);
  if (graph === undefined || more.length > 0 || !fields.some(({ number }) => number === MODEL.irVersion)) {
    throw corrupt(`${from} holds ${graph === undefined ? 'no graph' : 'more than one graph, or no version'}`);
  }
  const kept: readonly number[] = [MODEL.irVersion, MODEL.operatorSets, MODEL.functions, 2, 3, 4, 5];
  const parts = parseGraph(graph.bytes, from, 0);
  const held = new Set(parts.initializers.map(({ name }) => name));
  return {
    ...parts,
    inputs: parts.inputs.filter(({ name }) => !held.has(name)),
    metadata: new Map(
      fields
        .filter(({ number }) => number === MODEL.metadata)
        .map(({ bytes: entry }) => {
          const texts = fieldsOf(entry, `the metadata of ${from}`);
          const text = (wanted: number): string => textOf(texts, wanted, from);
          return [text(1), text(2)] as const;
        }),
    ),
    rest: fields.filter(({ number }) => kept.includes(number)).map(({ whole }) => whole),
  };
}

type Graph = Pick<OnnxModel, 'nodes' | 'initializers' | 'inputs' | 'outputs'>;

function parseGraph(bytes: Uint8Array, from: string, depth: number): Graph {
  if (depth > DEEPEST) throw corrupt(`${from} has graphs in graphs, ${depth} deep`);
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  for (const field of fieldsOf(bytes, `the graph of ${from}`)) {
    if (field.number === GRAPH.node) nodes.push(parseNode(field, from, depth));
    else if (field.number === GRAPH.initializer) initializers.push(parseTensor(field, from));
    else if (field.number === GRAPH.input) inputs.push(parseValue(field, from));
    else if (field.number === GRAPH.output) outputs.push(parseValue(field, from));
    else if (field.number === GRAPH.sparse) {
      throw new GraftError({
        code: 'bad-input',
        what: `${from} has sparse weights.`,
        expected: 'Dense ones were expected.',
        remedy: 'Export the model without sparse initializers.',
      });
    }
  }
  if (nodes.length > MOST_NODES) throw corrupt(`${from} has ${nodes.length} nodes`);
  return { nodes, initializers, inputs, outputs };
}

function parseNode(field: Field, from: string, depth: number): OnnxNode {
  const what = `a node of ${from}`;
  const fields = fieldsOf(field.bytes, what);
  const texts = (wanted: number): string[] =>
    fields.filter(({ number }) => number === wanted).map((each) => textIn(each, what));
  const inputs = texts(NODE.input);
  const outputs = texts(NODE.output);
  const inner: string[] = [];
  for (const attribute of fields.filter(({ number }) => number === NODE.attribute)) {
    for (const each of fieldsOf(attribute.bytes, `an attribute of ${from}`)) {
      if (each.number === ATTRIBUTE.tensor || each.number === ATTRIBUTE.tensors) parseTensor(each, from);
      if (each.number !== ATTRIBUTE.graph && each.number !== ATTRIBUTE.graphs) continue;
      const graph = parseGraph(each.bytes, from, depth + 1);
      for (const node of graph.nodes) inner.push(...node.reads);
      inner.push(...graph.outputs.map(({ name }) => name));
      if (graph.initializers.some(({ external }) => external !== undefined)) {
        throw corrupt(`${from} keeps the data of an inner graph in another file`);
      }
    }
  }
  const [name = outputs.find((each) => each !== '') ?? ''] = texts(NODE.name).filter((each) => each !== '');
  const reads = [...inputs, ...inner].filter((each) => each !== '');
  return { name, operator: texts(NODE.operator).at(-1) ?? '', inputs, outputs, reads, whole: field.whole };
}

function parseValue(field: Field, from: string): OnnxValue {
  const what = `an input or output of ${from}`;
  const fields = fieldsOf(field.bytes, what);
  const inside = (message: Uint8Array | undefined, wanted: number): Uint8Array | undefined =>
    message === undefined ? undefined : fieldsOf(message, what).findLast(({ number }) => number === wanted)?.bytes;
  const tensor = inside(inside(field.bytes, 2), 1);
  const types = tensor === undefined ? [] : fieldsOf(tensor, what).filter(({ number }) => number === 1);
  const shape = inside(tensor, 2);
  const dims = (shape === undefined ? [] : fieldsOf(shape, what))
    .filter(({ number }) => number === 1)
    .map(({ bytes }) => {
      const size = fieldsOf(bytes, what).findLast(({ number }) => number === 1);
      const [value = -1] = size === undefined ? [] : numbersIn(size, what);
      return value > 0 && Number.isSafeInteger(value) ? value : null;
    });
  return { name: textOf(fields, 1, from), dataType: types.at(-1)?.value ?? 0, dims, whole: field.whole };
}

function textOf(fields: readonly Field[], wanted: number, from: string): string {
  const found = fields.findLast(({ number }) => number === wanted);
  return found === undefined ? '' : textIn(found, from);
}
