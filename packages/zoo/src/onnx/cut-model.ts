import { GraftError, didYouMean, type Store } from '@graft-ml/core';
import { bytesField, concat, textField, type Message } from './wire.js';
import type { OnnxModel, OnnxNode } from './parse-model.js';
import type { OnnxTensor } from './parse-tensor.js';

const POOLINGS: ReadonlySet<string> = new Set(['GlobalAveragePool', 'GlobalMaxPool', 'ReduceMean']);
const PRODUCTS: ReadonlySet<string> = new Set(['Gemm', 'MatMul']);

/** Where to cut unless told otherwise: the last pooling over all pixels, or what the last product reads, or the output. */
export function defaultTensor({ nodes, outputs }: OnnxModel): string {
  const pooling = nodes.findLast(({ operator }) => POOLINGS.has(operator));
  const product = nodes.findLast(({ operator }) => PRODUCTS.has(operator));
  return pooling?.outputs[0] ?? product?.inputs[0] ?? outputs[0]?.name ?? '';
}

/** The tensors that a model may be cut at, from the input to the output. */
export function tensorNames({ nodes }: OnnxModel): string[] {
  return nodes.flatMap(({ outputs }) => outputs.filter((name) => name !== ''));
}

/** The part of a model that a tensor is computed by. */
export interface CutModel {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
}

/**
 * What of a model leads to one of its tensors.
 *
 * @throws GraftError `not-found` for a tensor that no node gives, with near names
 */
export function cutModel(model: OnnxModel, at: string, from: string): CutModel {
  const giver = new Map(model.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  if (at === '' || !giver.has(at)) {
    throw new GraftError({
      code: 'not-found',
      what: `${from} has no tensor "${at}" to cut at.`,
      remedy: didYouMean(at, tensorNames(model)),
    });
  }
  const needed = new Set<OnnxNode>();
  const names = new Set([at]);
  // A set may grow while it is walked.
  for (const name of names) {
    const node = giver.get(name);
    if (node === undefined || needed.has(node)) continue;
    needed.add(node);
    for (const read of node.reads) names.add(read);
  }
  return {
    nodes: model.nodes.filter((node) => needed.has(node)),
    initializers: model.initializers.filter(({ name }) => names.has(name)),
  };
}

/**
 * A file that gives the tensor `at` and nothing else, with all its data inside.
 *
 * @param files where data that lie in other files are found
 * @throws GraftError `bad-input` when there are such and no `files`; `not-found`, `corrupt` as the store throws
 */
export async function writeCut(
  model: OnnxModel,
  { nodes, initializers }: CutModel,
  at: string,
  files: Store | undefined,
  from: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const tensors: Message[] = [];
  for (const tensor of initializers) tensors.push(await inside(tensor, files, from));
  const graph = concat([
    ...nodes.map(({ whole }) => whole),
    textField(2, 'trunk'),
    ...tensors,
    ...model.inputs.map(({ whole }) => whole),
    // Its type follows from the nodes.
    bytesField(12, textField(1, at)),
  ]);
  return concat([...model.rest, bytesField(7, graph)]);
}

/** Fields of TensorProto that say where data lie in another file. */
const ELSEWHERE: ReadonlySet<number> = new Set([13, 14]);

async function inside(
  { name, external, whole, fields }: OnnxTensor,
  files: Store | undefined,
  from: string,
): Promise<Message> {
  if (external === undefined) return whole;
  if (files === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `${from} keeps its weight "${name}" in the file ${JSON.stringify(external.location)}.`,
      expected: 'The folder of the model was expected, to read it from.',
      remedy: 'Pass files: fileStore(folder), or save the model in one file.',
    });
  }
  const { location, offset, bytes } = external;
  const [data = new Uint8Array(0)] = await files.readRanges(location, [{ begin: offset, end: offset + bytes }]);
  const kept = fields.filter(({ number }) => !ELSEWHERE.has(number)).map((field) => field.whole);
  return bytesField(5, concat([...kept, bytesField(9, data)]));
}
