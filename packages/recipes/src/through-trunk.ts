import { nodeAt, subnetwork, type Network } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import { extractFeatures } from '@graft-ml/datasets/features';
import { splitTrunk, type Grafted, type Split } from '@graft-ml/transfer';
import type { RecipeTask } from './recipe.js';

/** Some of the task's data as the tail sees them: mapped once through the frozen trunk, if there is one. */
export async function throughTrunk(
  { features, onProgress, signal }: RecipeTask,
  trunk: Network | undefined,
  data: Dataset,
): Promise<Dataset> {
  return trunk === undefined ? data : extractFeatures(trunk, data, { ...features, onProgress, signal });
}

/**
 * A model with a new output layer, split where that layer reads: at the frozen trunk's end or, where the backbone has no weights
 * and so is not worth a trunk, right below the output layer.
 */
export function splitAtHead({ network, headPaths }: Grafted, frozen: ReadonlySet<string>): Split {
  const split = splitTrunk(network, frozen);
  const slots = nodeAt(network, headPaths.at(-1) ?? '')?.inputs;
  if (split.trunk !== undefined || slots === undefined) return split;
  return { trunk: subnetwork(network, { outputs: slots }), tail: subnetwork(network, { inputs: slots }) };
}
