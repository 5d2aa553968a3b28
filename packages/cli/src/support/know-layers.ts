import { registerHeads } from '@graft-ml/transfer/heads';

/**
 * Make the layers of a saved model known that are not tfjs's own. What runs graphs is loaded only when there is one, so that
 * other models start fast.
 *
 * @throws GraftError `unavailable` for a graph without @tensorflow/tfjs-converter
 */
export async function knowLayers(classes: ReadonlySet<string>): Promise<void> {
  registerHeads();
  if (!classes.has(FROZEN_GRAPH)) return;
  const { enableGraphLayers } = await import('@graft-ml/zoo/graph');
  await enableGraphLayers();
}

/** The layer that a graph model becomes. */
export const FROZEN_GRAPH = 'FrozenGraph';
