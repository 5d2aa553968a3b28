import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { didYouMean, GraftError, networkOf, readModelFiles, type LoadOptions, type Store } from '@graft-ml/core';
import type { SourceFacts, SourceModel } from '../source-model.js';
import { loadConverter } from './converter.js';
import { encodePart, FrozenGraph, type GraphPart } from './frozen-graph.js';

export interface GraphModelOptions extends Omit<SourceFacts, 'defaultCut'>, LoadOptions {
  /** The node to cut after, by its name in the graph. Default: the last pooling, or what feeds the last product. */
  readonly at?: string;
  /** One example's shape, e.g. [224, 224, 3], whatever the graph says. */
  readonly inputShape?: readonly number[];
  /** What is taken for the sizes of an example that neither the graph nor `inputShape` says. */
  readonly usualShape?: readonly number[];
}

interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
}

/**
 * Import a TensorFlow.js graph model from a folder with `model.json`, cut at any of its nodes, as a frozen trunk. Its
 * weights are constants: no gradient trains them. Needs `@tensorflow/tfjs-converter`, an optional peer dependency.
 *
 * The result is a model of one layer, `trunk`, to be given a head and saved like any other; to load what was saved, await
 * `enableGraphLayers()` first.
 *
 * @throws GraftError `not-found` for a node that the graph does not have (with near names); `bad-input` for a layers model,
 *   several inputs, or a graph with control flow; `corrupt`; `unavailable` without the converter
 */
export async function importGraphModel(store: Store, options: GraphModelOptions = {}): Promise<SourceModel> {
  await enableGraphLayers();
  const { json, weights, where } = await readModelFiles(store, options);
  const nodes = nodesOf(json.modelTopology, where);
  const input = inputOf(nodes, where);
  const output = options.at === undefined ? defaultNode(nodes, where) : namedNode(nodes, options.at, where);
  const inputShape =
    options.inputShape ?? options.preprocessing?.inputShape ?? declaredShape(input, options.usualShape, where);
  checkVolume(inputShape, where);
  const specs = weights.weightSpecs.map(({ name, shape, dtype }) => ({ name, shape, dtype: plainType(dtype, name) }));
  const twice = specs.find(({ name }, index) => specs.findIndex((each) => each.name === name) !== index);
  if (twice !== undefined) {
    throw new GraftError({ code: 'corrupt', what: `${where} lists the weight "${twice.name}" twice.` });
  }
  const part = { topology: json.modelTopology, specs, input: input.name, output: output.name };
  const decoded = tf.io.decodeWeights(weights.weightData, weights.weightSpecs);
  // By name: an object puts names that are whole numbers first.
  const values = specs.flatMap(({ name }) => decoded[name] ?? []);
  try {
    const outputShape = measured(part, values, inputShape);
    const model = modelOf({ ...part, outputShape }, values, inputShape);
    return {
      name: options.name ?? store.location,
      model,
      network: networkOf(model),
      cuts: [{ name: 'trunk', path: 'trunk', shape: outputShape }],
      defaultCut: 'trunk',
      head: [],
      stages: [{ name: 'trunk', paths: ['trunk'] }],
      preprocessing: options.preprocessing,
      labels: options.labels ?? [],
    };
  } finally {
    tf.dispose(values);
  }
}

/** The names of a graph model's nodes that it may be cut after, from the input to the output. */
export async function graphNodes(store: Store): Promise<string[]> {
  const { json, where } = await readModelFiles(store);
  return nodesOf(json.modelTopology, where)
    .filter(({ op }) => op !== 'Const' && op !== 'Placeholder')
    .map(({ name }) => name);
}

/**
 * Load what FrozenGraph layers run on, and let tfjs know them. Call it before a saved model that holds one is loaded.
 *
 * @throws GraftError `unavailable` when `@tensorflow/tfjs-converter` is not installed
 */
export async function enableGraphLayers(): Promise<void> {
  await loadConverter();
  tf.serialization.registerClass(FrozenGraph);
}

function modelOf(part: GraphPart, values: readonly tf.Tensor[], inputShape: readonly number[]): layers.LayersModel {
  const trunk = new FrozenGraph({ name: 'trunk', graph: encodePart(part) });
  const input = layers.input({ shape: [...inputShape], name: 'input' });
  const output = trunk.apply(input);
  trunk.setWeights([...values]);
  if (!(output instanceof layers.SymbolicTensor)) throw new GraftError({ code: 'internal', what: 'No output.' });
  return layers.model({ inputs: input, outputs: output, name: 'graph' });
}

/** 256 MB of floats: what claims more is damaged, and the graph is tried on two examples. */
const MAX_VALUES = 2 ** 26;

function checkVolume(inputShape: readonly number[], where: string): void {
  const values = inputShape.reduce((product, size) => product * size, 1);
  if (values <= MAX_VALUES) return;
  throw new GraftError({
    code: 'bad-input',
    what: `${where}: an example of shape [${inputShape.join()}] has ${values} values.`,
    expected: `At most ${MAX_VALUES} were expected.`,
  });
}

/** The shape of the output without the batch, found by running the graph once on a batch of two. */
function measured(
  part: Omit<GraphPart, 'outputShape'>,
  values: readonly tf.Tensor[],
  inputShape: readonly number[],
): number[] {
  return tf.tidy(() => {
    const graph = new FrozenGraph({ name: 'probe', graph: encodePart({ ...part, outputShape: [-1] }) });
    const x = tf.zeros([2, ...inputShape]);
    graph.build(x.shape);
    graph.setWeights([...values]);
    try {
      return graph.raw(x).shape.slice(1);
    } finally {
      // tfjs refuses to dispose of a layer that no model uses.
      for (const weight of graph.weights) weight.dispose();
    }
  });
}

function nodesOf(topology: Readonly<Record<string, unknown>>, where: string): GraphNode[] {
  const list = topology['node'];
  if (Array.isArray(list) && list.every(isNode)) return list;
  throw new GraftError({
    code: 'bad-input',
    what: `${where} is not a graph model: it has no list of nodes.`,
    expected: 'A model.json of a TensorFlow.js graph model was expected.',
    remedy: 'Layers models are read by importLayersModel.',
  });
}

function isNode(node: unknown): node is GraphNode {
  if (node === null || typeof node !== 'object') return false;
  const input: unknown = Reflect.get(node, 'input');
  return (
    typeof Reflect.get(node, 'name') === 'string' &&
    typeof Reflect.get(node, 'op') === 'string' &&
    (input === undefined || (Array.isArray(input) && input.every((each) => typeof each === 'string')))
  );
}

function inputOf(nodes: readonly GraphNode[], where: string): GraphNode {
  const [input, ...more] = nodes.filter(({ op }) => op === 'Placeholder');
  if (input !== undefined && more.length === 0) return input;
  throw new GraftError({
    code: 'bad-input',
    what: `The graph of ${where} has ${input === undefined ? 'no input' : `${more.length + 1} inputs`}.`,
    expected: 'One placeholder was expected.',
  });
}

function namedNode(nodes: readonly GraphNode[], name: string, where: string): GraphNode {
  const found = nodes.find((node) => node.name === name && node.op !== 'Const');
  if (found !== undefined) return found;
  const names = nodes.filter(({ op }) => op !== 'Const').map((node) => node.name);
  const ending = names.filter((each) => each.endsWith(`/${name}`));
  throw new GraftError({
    code: 'not-found',
    what: `The graph of ${where} has no node "${name}" to cut after.`,
    remedy:
      ending.length > 0 ? `Did you mean ${ending.map((each) => `"${each}"`).join(', ')}?` : didYouMean(name, names),
  });
}

const POOLINGS: ReadonlySet<string> = new Set(['Mean', 'AvgPool', 'Max']);
const PRODUCTS: ReadonlySet<string> = new Set(['MatMul', '_FusedMatMul', 'Conv2D', '_FusedConv2D']);

/** The last pooling of the graph, or what its last product (dense layer or 1 × 1 convolution) reads. */
function defaultNode(nodes: readonly GraphNode[], where: string): GraphNode {
  const pooling = nodes.findLast(({ op }) => POOLINGS.has(op));
  if (pooling !== undefined) return pooling;
  const product = nodes.findLast(({ op }) => PRODUCTS.has(op));
  const read = product?.input?.[0]?.replace(/^\^|:\d+$/g, '');
  const node = nodes.find(({ name }) => name === read);
  if (node !== undefined && node.op !== 'Placeholder') return node;
  throw new GraftError({
    code: 'bad-input',
    what: `Where to cut the graph of ${where} cannot be told from its nodes.`,
    remedy: 'Name a node: graphNodes(store) lists them.',
  });
}

/** A placeholder's shape without its batch, as TensorFlow writes it: sizes are texts, −1 is open. */
function declaredShape(input: GraphNode, usual: readonly number[] | undefined, where: string): readonly number[] {
  const path = ['attr', 'shape', 'shape', 'dim'];
  const sizes = path.reduce<unknown>(
    (value, key) => (value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined),
    input,
  );
  const isSize = (size: number): boolean => Number.isSafeInteger(size) && size > 0;
  const said = (Array.isArray(sizes) ? sizes : []).slice(1).map((dim: unknown) => {
    const size: unknown = dim !== null && typeof dim === 'object' ? Reflect.get(dim, 'size') : undefined;
    return Number(size);
  });
  if (said.length === 0 && usual !== undefined) return usual;
  const shape = said.map((size, axis) =>
    isSize(size) || said.length !== usual?.length ? size : (usual[axis] ?? size),
  );
  if (shape.length > 0 && shape.every(isSize)) return shape;
  throw new GraftError({
    code: 'bad-input',
    what: `The graph of ${where} does not say the shape of its input "${input.name}".`,
    remedy: 'Give it: importGraphModel(store, { inputShape: [224, 224, 3] }).',
  });
}

function plainType(dtype: string, name: string): 'float32' | 'int32' | 'bool' {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new GraftError({ code: 'bad-input', what: `The constant "${name}" has the type ${dtype}.` });
}
