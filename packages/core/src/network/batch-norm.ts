import * as tf from '@tensorflow/tfjs-core';
import { FUSED, runFused } from '../backend/fused.js';
import { layerVariable as weight } from './layer-weights.js';
import type { NetworkNode } from './network.js';

/**
 * What a BatchNormalization gives in training mode where the backend has a fused kernel for it: what the layer's own
 * `call` gives, moving statistics included, in one pass instead of a dozen ops.
 *
 * @returns undefined for other layers and backends, and for axes other than the last: call the layer then
 */
export function fusedBatchNorm(node: NetworkNode, x: tf.Tensor): tf.Tensor | undefined {
  if (node.kind !== 'BatchNormalization' || x.dtype !== 'float32') return undefined;
  const config = node.layer.getConfig();
  const [axis, momentum, epsilon] = [config['axis'], config['momentum'], config['epsilon']];
  const [movingMean, movingVariance] = [weight(node.layer, 'moving_mean'), weight(node.layer, 'moving_variance')];
  if (typeof momentum !== 'number' || typeof epsilon !== 'number' || !movingMean || !movingVariance) return undefined;
  if (x.rank < 2 || x.size === 0 || (axis !== -1 && axis !== x.rank - 1)) return undefined;
  const gamma = weight(node.layer, 'gamma')?.read() ?? tf.ones(movingMean.read().shape);
  const beta = weight(node.layer, 'beta')?.read() ?? tf.zeros(movingMean.read().shape);
  const outputs = runFused(
    FUSED.batchNorm,
    { x, gamma, beta, movingMean: movingMean.read(), movingVariance: movingVariance.read() },
    { epsilon, decay: 1 - momentum },
  );
  const [y, , , movedMean, movedVariance] = outputs ?? [];
  if (!y || !movedMean || !movedVariance) return undefined;
  movingMean.write(movedMean);
  movingVariance.write(movedVariance);
  return y;
}
