import { isNoise, subnetwork, type Network, type NetworkNode, type Slot } from '@graft-ml/core';

/** A network in two parts: `tail` goes on where `trunk` ends, and both share the network's layers and weights. */
export interface Split {
  /** The largest frozen prefix; undefined when nothing is frozen at the front. Run it in inference mode. */
  readonly trunk: Network | undefined;
  /** Everything after it. Its inputs are the trunk's outputs, in the same order. */
  readonly tail: Network;
}

/**
 * Split a network into the part that training leaves as it is and the rest. A layer is in the trunk when it and all
 * that it depends on are frozen or have no weights. So a BatchNorm is in the trunk only when its statistics are frozen
 * too.
 *
 * Noise (dropout and the like) is in the trunk only where a frozen layer with weights depends on it: at the border it
 * belongs to the tail, which runs in training mode. The layers that give the network's outputs are always in the tail,
 * so that losses find their logits there, even when everything is frozen.
 *
 * With branches and skips the border may be several tensors; a network input that the tail reads is passed through the
 * trunk as one of its outputs.
 *
 * @param frozen names of frozen weights, as in a `FreezePlan`
 *
 * @example
 * ```ts
 * import { networkOf } from '@graft-ml/core';
 * import { seedCnn } from '@graft-ml/zoo';
 * import { freeze, splitTrunk } from '@graft-ml/transfer';
 * const network = networkOf(seedCnn({ seed: 1 }));
 * const { trunk, tail } = splitTrunk(network, freeze(network, 'conv*').frozen);
 * console.log(trunk?.nodes.at(-1)?.path, tail.nodes[0]?.path); // flatten dense1
 * ```
 */
export function splitTrunk(network: Network, frozen: ReadonlySet<string>): Split {
  const settled = withoutEdgeNoise(settledNodes(network, frozen));
  if (![...settled].some((node) => node.weights.length > 0)) return { trunk: undefined, tail: network };
  const border = borderOf(network, settled);
  return {
    trunk: subnetwork(network, { outputs: border }),
    tail: subnetwork(network, { inputs: border }),
  };
}

/** Nodes that are frozen or weightless, as are all that they depend on; never those that give the network's outputs. */
function settledNodes(network: Network, frozen: ReadonlySet<string>): Set<NetworkNode> {
  const steady = new Set<Slot>(network.inputs);
  const ends = new Set<Slot>(network.outputs);
  const settled = new Set<NetworkNode>();
  for (const node of network.nodes) {
    const holds = node.weights.every((name) => frozen.has(name)) && node.inputs.every((slot) => steady.has(slot));
    if (!holds || node.outputs.some((slot) => ends.has(slot))) continue;
    settled.add(node);
    for (const slot of node.outputs) steady.add(slot);
  }
  return settled;
}

/** Leave out noise on which no settled layer with weights depends, and whatever comes after it. */
function withoutEdgeNoise(settled: ReadonlySet<NetworkNode>): Set<NetworkNode> {
  const neededByWeights = new Set<Slot>();
  for (const node of [...settled].reverse()) {
    const needed = node.weights.length > 0 || node.outputs.some((slot) => neededByWeights.has(slot));
    if (needed) for (const slot of node.inputs) neededByWeights.add(slot);
  }
  const kept = new Set<NetworkNode>();
  const noisy = new Set<Slot>();
  for (const node of settled) {
    const edge = isNoise(node) && !node.outputs.some((slot) => neededByWeights.has(slot));
    if (edge || node.inputs.some((slot) => noisy.has(slot))) for (const slot of node.outputs) noisy.add(slot);
    else kept.add(node);
  }
  return kept;
}

/** The slots that the rest reads from the settled part, or from the network's inputs, in slot order. */
function borderOf(network: Network, settled: ReadonlySet<NetworkNode>): Slot[] {
  const available = new Set<Slot>(network.inputs);
  for (const node of settled) for (const slot of node.outputs) available.add(slot);
  const read = new Set<Slot>(network.outputs.filter((slot) => available.has(slot)));
  for (const node of network.nodes) {
    if (settled.has(node)) continue;
    for (const slot of node.inputs) if (available.has(slot)) read.add(slot);
  }
  return [...read].sort((a, b) => a - b);
}
