import type { LayersModel } from '@tensorflow/tfjs-layers';
import { encodeSafetensors, networkOf } from '@graft-ml/core';
import { describe, type ExportFacts } from './facts.js';
import { readWeights } from './read-weights.js';

/**
 * The weights of a model as one safetensors file, float32, under their names in the network (`conv1/kernel`) and in
 * TensorFlow's layouts: kernels of convolutions are [H, W, in, out], of dense layers [in, out]. The header's metadata say so
 * (`format: tf`), and hold the model's name, labels and preprocessing as JSON.
 */
export async function exportSafetensors(model: LayersModel, facts: ExportFacts = {}): Promise<Uint8Array> {
  return encodeSafetensors(await readWeights(networkOf(model)), {
    format: 'tf',
    ...describe({ ...facts, name: model.name }),
  });
}
