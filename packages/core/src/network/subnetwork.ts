import { GraftError } from '../errors/graft-error.js';
import type { Network, NetworkNode, Slot } from './network.js';

/**
 * The part of a network that computes `outputs` from `inputs`. Layers and weights are shared with the whole.
 *
 * @param inputs slots to feed; defaults to the network's inputs
 * @param outputs slots to compute; defaults to the network's outputs
 * @throws GraftError `bad-input` when an output needs something that `inputs` does not give
 */
export function subnetwork(network: Network, part: { inputs?: readonly Slot[]; outputs?: readonly Slot[] }): Network {
  const inputs = part.inputs ?? network.inputs;
  const outputs = part.outputs ?? network.outputs;
  const producer = new Map<Slot, NetworkNode>();
  for (const node of network.nodes) for (const slot of node.outputs) producer.set(slot, node);
  const given = new Set(inputs);
  const needed = new Set<NetworkNode>();
  const pending = [...outputs];
  for (let slot = pending.pop(); slot !== undefined; slot = pending.pop()) {
    if (given.has(slot)) continue;
    const node = producer.get(slot);
    if (node === undefined) {
      throw new GraftError({
        code: 'bad-input',
        what: 'The wanted outputs cannot be computed from the given inputs.',
        expected: 'Every path from an output back was expected to meet one of the inputs.',
      });
    }
    if (needed.has(node)) continue;
    needed.add(node);
    pending.push(...node.inputs);
  }
  const nodes = network.nodes.filter((node) => needed.has(node));
  const names = new Set(nodes.flatMap((node) => node.weights));
  const weights = network.weights.filter((weight) => names.has(weight.name));
  return { inputs, outputs, nodes, weights, slots: network.slots };
}
