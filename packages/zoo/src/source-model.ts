import type { LayersModel } from '@tensorflow/tfjs-layers';
import {
  giverOf,
  GraftError,
  isNoise,
  networkOf,
  outputLayerOf,
  slotInfo,
  type Network,
  type NetworkNode,
  type Preprocessing,
} from '@graft-ml/core';
import { preprocessingOf, type ZooCut, type ZooEntry, type ZooStage } from './entry.js';

/**
 * A model made for a source task, as something to transfer from. Every importer and every entry of the zoo gives this one
 * surface, whatever the file was.
 */
export interface SourceModel {
  readonly name: string;
  readonly model: LayersModel;
  readonly network: Network;
  /** Where it may be cut, from the output back. */
  readonly cuts: readonly ZooCut[];
  /** The name of the cut to use unless told otherwise: where feature maps become a vector, if they do. */
  readonly defaultCut: string;
  /** Paths of the layers that come after the default cut. */
  readonly head: readonly string[];
  /** From the input to the output; every layer is in exactly one, those of the head in the last. */
  readonly stages: readonly ZooStage[];
  /** How raw inputs become the model's inputs; absent when nothing says so. */
  readonly preprocessing: Preprocessing | undefined;
  /** Names of the source task's classes, in output order; empty when nothing says them. */
  readonly labels: readonly string[];
}

/** What is known of a model beside its layers. */
export interface SourceFacts {
  readonly name?: string | undefined;
  /** The path of a layer to cut after, instead of the one that is found. */
  readonly defaultCut?: string | undefined;
  readonly preprocessing?: Preprocessing | undefined;
  readonly labels?: readonly string[] | undefined;
}

/** Layers that turn feature maps into a vector. */
const VECTORISERS: ReadonlySet<string> = new Set([
  'Flatten',
  'GlobalAveragePooling1D',
  'GlobalAveragePooling2D',
  'GlobalMaxPooling1D',
  'GlobalMaxPooling2D',
]);

/**
 * Look at a model as a source of features: its cuts, head and stages are read off its layers.
 *
 * - The default cut is the last layer that turns feature maps into a vector, or, in a model without one, what feeds the
 *   last layer with weights. A model without an output layer (`include_top=False`) is cut at its end.
 * - The other cuts are the last layer of each resolution.
 * - The stages are the layers of each resolution, and the head.
 *
 * @throws GraftError `not-found` for a default cut that the model does not have; `bad-input` for a model without
 *   weights, several inputs or several outputs
 *
 * @example
 * ```ts
 * import { seedCnn, sourceModelOf } from '@graft-ml/zoo';
 * const source = sourceModelOf(seedCnn({ seed: 1 }));
 * console.log(source.defaultCut, source.head); // flatten [ 'dense1', 'head' ]
 * ```
 */
export function sourceModelOf(model: LayersModel, facts: SourceFacts = {}): SourceModel {
  const network = networkOf(model);
  const name = facts.name ?? model.name;
  if (network.inputs.length !== 1 || network.outputs.length !== 1) {
    throw new GraftError({
      code: 'bad-input',
      what: `The model "${name}" has ${network.inputs.length} inputs and ${network.outputs.length} outputs.`,
      expected: 'One of each was expected.',
      remedy: 'Cut it with cut() from @graft-ml/transfer instead, which takes any model.',
    });
  }
  const nodes = network.nodes;
  const at = cutNode(network, facts.defaultCut, name);
  const atIndex = nodes.indexOf(at);
  const backbone = nodes.slice(0, atIndex + 1);
  const resolutions = byResolution(network, backbone);
  const cuts = [at, ...resolutions.map((group) => group.at(-1)).reverse()]
    .filter((node) => node !== undefined)
    .filter((node, index, all) => all.indexOf(node) === index)
    .map((node) => ({ name: node.path, path: node.path, shape: fixed(network, node) }));
  const head = nodes.slice(atIndex + 1).map(({ path }) => path);
  const stages = resolutions.map((group, index) => ({
    name: index === 0 ? 'stem' : `stage${index}`,
    paths: group.map(({ path }) => path),
  }));
  return {
    name,
    model,
    network,
    cuts,
    defaultCut: at.path,
    head,
    stages: head.length === 0 ? stages : [...stages, { name: 'head', paths: head }],
    preprocessing: facts.preprocessing,
    labels: facts.labels ?? [],
  };
}

/** An entry of the zoo and its model as a source of features. */
export function sourceModelOfEntry(entry: ZooEntry, model: LayersModel): SourceModel {
  const found = sourceModelOf(model, {
    name: entry.name,
    defaultCut: entry.cuts.find((cut) => cut.name === entry.defaultCut)?.path,
    preprocessing: preprocessingOf(entry),
    labels: entry.labels,
  });
  return { ...found, cuts: entry.cuts, defaultCut: entry.defaultCut, stages: entry.stages ?? found.stages };
}

function cutNode(network: Network, wanted: string | undefined, name: string): NetworkNode {
  const { nodes } = network;
  if (wanted !== undefined) {
    const node = nodes.find(({ path }) => path === wanted);
    if (node !== undefined) return node;
    throw new GraftError({ code: 'not-found', what: `The model "${name}" has no layer "${wanted}" to cut after.` });
  }
  // Without an output layer, what the model gives is its features. Poolings inside attention blocks are no place to cut then.
  const output = outputLayerOf(network) === undefined ? giverOf(network, network.outputs[0]) : undefined;
  if (output !== undefined) return output;
  const vectoriser = nodes.findLast(({ kind }) => VECTORISERS.has(kind));
  if (vectoriser !== undefined) return vectoriser;
  let last = nodes.findLastIndex(({ weights }) => weights.length > 0) - 1;
  // Dropout belongs to the head: it is random in training.
  for (let node = nodes[last]; node !== undefined && isNoise(node); node = nodes[last]) last--;
  const node = nodes[last];
  if (node !== undefined) return node;
  throw new GraftError({
    code: 'bad-input',
    what: `The model "${name}" has no layer to cut after: its features would be its own inputs.`,
    expected: 'A model with at least one layer before its last one with weights was expected.',
  });
}

/** Nodes in groups of one resolution. A layer that shrinks the picture begins a new group. */
function byResolution(network: Network, nodes: readonly NetworkNode[]): NetworkNode[][] {
  const groups: NetworkNode[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const node of nodes) {
    const { shape } = slotInfo(network, node.outputs[0] ?? -1);
    // Height × width of a feature map; a vector stays in the group of the map that it was made from.
    const here = shape.length === 4 ? (shape[1] ?? 1) * (shape[2] ?? 1) : size;
    const group = groups.at(-1);
    if (group === undefined || (here < size && here > 1)) groups.push([node]);
    else group.push(node);
    size = Math.min(size, Math.max(here, 1));
  }
  return groups;
}

function fixed(network: Network, node: NetworkNode): number[] {
  // A dimension that is not fixed (pictures of any size) is given as 0.
  return slotInfo(network, node.outputs[0] ?? -1)
    .shape.slice(1)
    .map((size) => size ?? 0);
}
