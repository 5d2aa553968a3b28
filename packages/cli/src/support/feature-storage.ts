import { join } from 'node:path';
import { fileStore, cacheFolder } from '@graft-ml/core/node';
import type { FeatureStorage } from '@graft-ml/recipes';
import type { FeatureOptions } from '../options/common.js';

/** Features above a limit stream through the cache folder; smaller ones are held, and no file is left of them. */
export function featureStorage({ featureMemory }: FeatureOptions): FeatureStorage {
  return {
    store: fileStore(join(cacheFolder(), 'features')),
    keepSmall: false,
    ...(featureMemory === undefined ? {} : { memoryLimit: featureMemory * 2 ** 20 }),
  };
}
