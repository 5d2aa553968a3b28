import type { serialization } from '@tensorflow/tfjs-core';
import type * as layers from '@tensorflow/tfjs-layers';
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
    fresh.build(
      node.inputs.length === 1 ? shapeOf(network, node, 0) : node.inputs.map((_, at) => shapeOf(network, node, at)),
    );
    copy.setWeights(fresh.weights.map((weight) => weight.read()));
    for (const weight of fresh.weights) weight.dispose();
  }
  return model;
}

/**
 * The entries of a layer's configuration that are initialisers drawing random numbers, each with a seed of its own;
 * those of the layers that a wrapper or a recurrent layer holds, too.
 */
export function seededInitialisers(config: serialization.ConfigDict, rng: Rng): serialization.ConfigDict {
  const seeded: serialization.ConfigDict = {};
  for (const [key, value] of Object.entries(config)) {
    if (Array.isArray(value) && value.some(isDict))
      seeded[key] = value.map((each, at) => seededPart(key, each, rng.fork(key).fork(at)));
    else seeded[key] = seededPart(key, value, rng.fork(key));
  }
  return Object.fromEntries(Object.entries(seeded).filter(([key, value]) => value !== config[key]));
}

/** An initialiser with a seed, a held layer with seeded initialisers, or anything else as it is. */
function seededPart(key: string, part: ConfigValue, rng: Rng): ConfigValue {
  if (!isDict(part)) return part;
  const inner = part['config'];
  if (inner === undefined || !isDict(inner)) return part;
  if (!/initializer$/i.test(key)) return { ...part, config: { ...inner, ...seededInitialisers(inner, rng) } };
  return 'seed' in inner ? { ...part, config: { ...inner, seed: rng.seed() } } : part;
}

type ConfigValue = serialization.ConfigDict[string];

function isDict(value: ConfigValue): value is serialization.ConfigDict {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function shapeOf(network: Network, node: NetworkNode, at: number): (number | null)[] {
  return [...(network.slots.get(node.inputs[at] ?? -1)?.shape ?? [])];
}
