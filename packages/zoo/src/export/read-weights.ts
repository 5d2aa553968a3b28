import type { Network, NamedArray } from '@graft-ml/core';

/** A weight of a network in plain memory. */
export interface ReadWeight extends NamedArray {
  /** As in the network, e.g. `conv1/kernel`. */
  readonly name: string;
  readonly data: Float32Array;
}

/** All weights of a network, read from its engine, by their names and in their order. */
export async function readWeights(network: Network): Promise<Map<string, ReadWeight>> {
  const found = new Map<string, ReadWeight>();
  for (const { name, shape, variable } of network.weights) {
    const data = await variable.data();
    found.set(name, { name, shape, data: data instanceof Float32Array ? data : Float32Array.from(data) });
  }
  return found;
}
