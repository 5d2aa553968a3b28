import { serialization } from '@tensorflow/tfjs-core';
import { CosineLayer } from './cosine-layer.js';
import { NearestLayer } from './nearest-layer.js';

/**
 * Let tfjs know the layers of this folder. Call it before a saved model that ends in a cosine or nearest-neighbours head is
 * loaded; more than once does no harm.
 */
export function registerHeads(): void {
  for (const layer of [CosineLayer, NearestLayer]) serialization.registerClass(layer);
}
