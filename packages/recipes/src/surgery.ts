import {
  createRng,
  giverOf,
  GraftError,
  networkOf,
  outputLayerOf,
  reinitialise,
  type Network,
  type NetworkNode,
} from '@graft-ml/core';
import { cut, headFor, withHead, type CutPoint, type Grafted } from '@graft-ml/transfer';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { RecipeTask } from './recipe.js';

/**
 * The deepest features that a source has: what its own output layer reads or, in a source without one, its output.
 *
 * @throws GraftError `bad-input` for a source of one layer
 */
export function penultimate(network: Network): NetworkNode {
  // A separate activation at the end belongs to the output layer.
  const head = outputLayerOf(network);
  const features = giverOf(network, head === undefined ? network.outputs[0] : head.inputs[0]);
  if (features === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: 'The source model has no feature layer before its output layer.',
      expected: 'At least two layers were expected.',
    });
  }
  return features;
}

/** The source with its output layer replaced by one for the task's target; every other weight is the source's. */
export function withTargetHead(task: RecipeTask, name: string): Grafted {
  const backbone = cut(task.source, penultimate(networkOf(task.source)).path);
  return withHead(backbone, headFor(task.train.target), { seed: task.seed, name });
}

export interface FreshAbove {
  readonly model: LayersModel;
  /** Paths of the nodes at and below the cut, which keep the source's weights. */
  readonly kept: readonly string[];
}

/**
 * The source with a new output layer, and the layers between the cut and it initialised again: what lies above the cut
 * was made for the source task.
 *
 * @param at where to cut; only the output layer is new when left out
 */
export function withFreshAbove(task: RecipeTask, at: CutPoint | undefined, name: string): FreshAbove {
  const grafted = withTargetHead(task, name);
  if (at === undefined) return { model: grafted.model, kept: grafted.backbonePaths };
  const kept = cut(task.source, at).network.nodes.map((node) => node.path);
  const isFresh = ({ path }: NetworkNode): boolean => !kept.includes(path) && !grafted.headPaths.includes(path);
  const model = reinitialise(grafted.network, createRng(task.seed).fork('above-cut'), name, isFresh);
  grafted.model.dispose();
  return { model, kept };
}

/** Names of the weights of these nodes. */
export function weightsUnder(network: Network, paths: readonly string[]): string[] {
  return [...new Set(network.nodes.filter(({ path }) => paths.includes(path)).flatMap(({ weights }) => weights))];
}

/** Give a network the values of another's weights that have the same names; the rest stay as they are. */
export function takeWeights(network: Network, from: Network): void {
  const values = new Map(from.weights.map(({ name, variable }) => [name, variable]));
  for (const { name, variable } of network.weights) {
    const value = values.get(name);
    if (value !== undefined) variable.assign(value);
  }
}
