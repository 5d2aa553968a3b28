import type { Network, NetworkNode } from '@graft-ml/core';

/**
 * The layers of a network in the order in which Keras numbers them: by depth (how many calls lie between a layer and the output,
 * counted by the longest way), the deepest first, and within one depth in the order in which a search from the output back
 * comes upon them. Keras's `.keras` files find weights by this order alone.
 *
 * @returns the first node of each layer
 */
export function inKerasOrder({ nodes, outputs }: Network): NetworkNode[] {
  const giver = new Map(nodes.flatMap((node) => node.outputs.map((slot) => [slot, node] as const)));
  const parents = ({ inputs }: NetworkNode): NetworkNode[] => inputs.flatMap((slot) => giver.get(slot) ?? []);
  // A node's place in the search, which goes on with what a node reads before it comes back.
  const met = new Map<NetworkNode['layer'], number>();
  const done = new Set<NetworkNode>();
  const finished: NetworkNode[] = [];
  const work: { readonly node: NetworkNode; readonly isLeft: boolean }[] = [];
  const roots = outputs.flatMap((slot) => giver.get(slot) ?? []);
  for (const node of [...roots].reverse()) work.push({ node, isLeft: false });
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const { node, isLeft } = next;
    if (isLeft) {
      finished.push(node);
      continue;
    }
    if (done.has(node)) continue;
    done.add(node);
    if (!met.has(node.layer)) met.set(node.layer, met.size);
    work.push({ node, isLeft: true });
    for (const parent of parents(node).reverse()) work.push({ node: parent, isLeft: false });
  }
  const depths = new Map<NetworkNode, number>();
  const layerDepths = new Map<NetworkNode['layer'], number>();
  for (const node of finished.reverse()) {
    const depth = Math.max(depths.get(node) ?? 0, layerDepths.get(node.layer) ?? 0);
    layerDepths.set(node.layer, depth);
    depths.set(node, depth);
    for (const parent of parents(node)) depths.set(parent, Math.max(depth + 1, depths.get(parent) ?? 0));
  }
  const firsts = nodes.filter((node, index) => nodes.findIndex(({ layer }) => layer === node.layer) === index);
  const place = (node: NetworkNode): number => met.get(node.layer) ?? 0;
  const depth = (node: NetworkNode): number => layerDepths.get(node.layer) ?? 0;
  return firsts.sort((a, b) => depth(b) - depth(a) || place(a) - place(b));
}
