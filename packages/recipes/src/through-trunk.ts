import type { Network } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import { extractFeatures } from '@graft-ml/datasets/features';
import type { RecipeTask } from './recipe.js';

/** Some of the task's data as the tail sees them: mapped once through the frozen trunk, if there is one. */
export async function throughTrunk(
  { features, onProgress, signal }: RecipeTask,
  trunk: Network | undefined,
  data: Dataset,
): Promise<Dataset> {
  return trunk === undefined ? data : extractFeatures(trunk, data, { ...features, onProgress, signal });
}
