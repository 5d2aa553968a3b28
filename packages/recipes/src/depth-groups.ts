import type { Network } from '@graft-ml/core';
import type { ParameterGroup } from '@graft-ml/train';

/** The nodes that have weights, in the network's order, each weight once: stages by which rates and freezing can differ. */
export function stagesOf(network: Network): { readonly path: string; readonly weights: readonly string[] }[] {
  const seen = new Set<string>();
  return network.nodes.flatMap(({ path, weights }) => {
    const own = weights.filter((name) => !seen.has(name));
    for (const name of own) seen.add(name);
    return own.length === 0 ? [] : [{ path, weights: own }];
  });
}

/**
 * A parameter group for each stage, whose learning rate shrinks by `decay` for each stage below the head.
 *
 * @param decay in (0, 1]; 1 gives all stages the same rate
 */
export function decayedGroups(network: Network, decay: number): ParameterGroup[] {
  const stages = stagesOf(network);
  const statistics = new Set(network.weights.filter(({ statistic }) => statistic).map(({ name }) => name));
  return stages.map(({ path, weights }, at) => ({
    name: path,
    weights: weights.filter((name) => !statistics.has(name)),
    multiplier: decay ** (stages.length - 1 - at),
  }));
}
