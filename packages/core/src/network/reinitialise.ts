import type { serialization } from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import type { Rng } from '../random/rng.js';
import { buildModel } from './build-model.js';
import { cloneLayer } from './clone-layer.js';
import type { Layer, Network, NetworkNode } from './network.js';
import { networkOf } from './network-of.js';

/**
 * A new model of the same architecture with fresh weights: every layer is initialised again by its own initialiser,
 * seeded by `rng` and the node's path.
 *
 * @param which the nodes to initialise again; the others keep their weights. Default all.
 */
export function reinitialise(
  network: Network,
  rng: Rng,
  name: string,
  which: (node: NetworkNode) => boolean = () => true,
): layers.LayersModel {
  const model = buildModel(network, name);
  const copies = new Map(networkOf(model).nodes.map((node) => [node.path, node.layer]));
  const done = new Set<Layer>();
  for (const node of network.nodes) {
    const copy = copies.get(node.path);
    if (copy === undefined || done.has(copy) || copy.weights.length === 0 || !which(node)) continue;
    done.add(copy);
    const fresh = cloneLayer(node.layer, node.path, seededInitialisers(node.layer.getConfig(), rng.fork(node.path)));
    fresh.build(node.inputs.length === 1 ? shapeOf(network, node, 0) : node.inputs.map((_, at) => shapeOf(network, node, at)));
    copy.setWeights(fresh.weights.map((weight) => weight.read()));
    for (const weight of fresh.weights) weight.dispose();
  }
  return model;
}

/** The entries of a layer's configuration that are initialisers drawing random numbers, each with a seed of its own. */
export function seededInitialisers(config: serialization.ConfigDict, rng: Rng): serialization.ConfigDict {
  const seeded: serialization.ConfigDict = {};
  for (const [key, value] of Object.entries(config)) {
    if (!/initializer$/i.test(key) || value === null || typeof value !== 'object' || Array.isArray(value)) continue;
    const inner = 'config' in value ? value['config'] : undefined;
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner) || !('seed' in inner)) continue;
    seeded[key] = { ...value, config: { ...inner, seed: rng.fork(key).seed() } };
  }
  return seeded;
}

function shapeOf(network: Network, node: NetworkNode, at: number): (number | null)[] {
  return [...(network.slots.get(node.inputs[at] ?? -1)?.shape ?? [])];
}
