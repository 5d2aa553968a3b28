import * as tf from '@tensorflow/tfjs-core';
import { hasLogits, outputActivation, type Network } from '@graft-ml/core';
import { refuse } from '../refuse.js';
import type { Loss } from './loss.js';

/**
 * How a network's outputs are read for a loss.
 *
 * - `logits`: ask `forward` for the values before the final softmax or sigmoid
 * - `as-logits`: the network ends linearly, so its outputs are logits already
 * - `probabilities`: it ends in a softmax or sigmoid that cannot be taken off from outside
 * - `values`: a regression's outputs
 */
export type OutputForm = 'logits' | 'as-logits' | 'probabilities' | 'values';

/** The activation that each loss on probabilities goes with. */
const ACTIVATIONS: Readonly<Partial<Record<Loss['kind'], string>>> = {
  'cross-entropy': 'softmax',
  'binary-cross-entropy': 'sigmoid',
};

/**
 * How to read this network's output for this loss.
 *
 * @throws GraftError `bad-input` when they do not go together, such as a sigmoid head with cross-entropy over classes
 */
export function outputForm(network: Network, loss: Loss): OutputForm {
  const wanted = ACTIVATIONS[loss.kind];
  if (wanted === undefined) return 'values';
  const activation = outputActivation(network);
  if (activation === 'linear') return 'as-logits';
  if (activation !== wanted) {
    return refuse(
      `The network ends in ${activation}, and the loss is ${loss.kind}.`,
      `${loss.kind} goes with a ${wanted} (or linear) output.`,
      'Replace the head, or choose the loss that fits it.',
    );
  }
  return hasLogits(network) ? 'logits' : 'probabilities';
}

/** The units of a network's only output. @throws GraftError `bad-input` unless that is one tensor [B, units] */
export function outputUnits(network: Network): number {
  const [slot] = network.outputs;
  const shape = network.slots.get(slot ?? -1)?.shape ?? [];
  const units = shape[1];
  if (network.outputs.length === 1 && shape.length === 2 && typeof units === 'number') return units;
  return refuse(
    `The network has ${network.outputs.length} outputs, the first of shape [${shape.map((size) => size ?? 'batch').join(', ')}].`,
    'One output of shape [batch, units] was expected.',
    'Cut the network there and give it a head (withHead in @graft-ml/transfer).',
  );
}

/** Outputs as a caller wants to see them: probabilities [B, C] for the cross-entropies, else the values. */
export function asProbabilities(outputs: tf.Tensor, loss: Loss, form: OutputForm): tf.Tensor {
  if (form !== 'logits' && form !== 'as-logits') return outputs;
  return loss.kind === 'cross-entropy' ? tf.softmax(outputs) : tf.sigmoid(outputs);
}
