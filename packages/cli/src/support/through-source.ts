import type { Dataset } from '@graft-ml/datasets';
import { extractFeatures } from '@graft-ml/datasets/features';
import type { Session } from '../context.js';
import type { FeatureOptions } from '../options/common.js';
import { featureStorage } from './feature-storage.js';
import type { Source } from './source.js';

/**
 * Data as a source's model takes them: themselves or, where TensorFlow.js does not run the trunk, its features, which are computed
 * here, once.
 */
export async function throughSource(
  { trunk }: Pick<Source, 'trunk'>,
  data: Dataset,
  options: FeatureOptions,
  { terminal, signal }: Session,
): Promise<Dataset> {
  if (trunk === undefined) return data;
  const onProgress = terminal.progress.bind(terminal);
  return extractFeatures(trunk, data, { ...featureStorage(options), batchSize: AT_A_TIME, onProgress, signal });
}

/** Pictures of 224 × 224 take 0.6 MB each as numbers. */
const AT_A_TIME = 32;
