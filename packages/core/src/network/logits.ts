import * as tf from '@tensorflow/tfjs-core';
import type { Network, NetworkNode } from './network.js';

/** The activation that ends a network's (single) output, or `linear`. */
export function outputActivation(network: Network): string {
  const last = network.nodes.find((node) => node.outputs.some((slot) => slot === network.outputs[0]));
  if (last === undefined) return 'linear';
  if (last.kind === 'Softmax') return 'softmax';
  const activation = last.layer.getConfig()['activation'];
  return typeof activation === 'string' ? activation : 'linear';
}

/**
 * What a node gives before its own softmax or sigmoid, so that losses can use the stable log-softmax.
 *
 * @returns undefined when the node ends in neither, or is a layer whose logits cannot be had from outside
 */
export function logitsOf(node: NetworkNode, x: tf.Tensor): tf.Tensor | undefined {
  if (node.kind === 'Softmax') return x;
  const activation = node.layer.getConfig()['activation'];
  if (activation !== 'softmax' && activation !== 'sigmoid') return undefined;
  if (node.kind === 'Activation') return x;
  if (node.kind !== 'Dense' || x.rank !== 2) return undefined;
  const [kernel, bias] = node.layer.weights;
  if (kernel === undefined) return undefined;
  const product = tf.matMul(tf.reshape(x, [x.shape[0] ?? 1, -1]), tf.reshape(kernel.read(), [x.shape[1] ?? 1, -1]));
  return bias === undefined ? product : tf.add(product, bias.read());
}

/** Whether `forward(…, { logits: true })` gives logits for this network. */
export function hasLogits(network: Network): boolean {
  const last = network.nodes.find((node) => node.outputs.some((slot) => slot === network.outputs[0]));
  if (last === undefined) return false;
  if (last.kind === 'Softmax' || last.kind === 'Activation')
    return ['softmax', 'sigmoid'].includes(outputActivation(network));
  const rank = network.slots.get(last.inputs[0] ?? -1)?.shape.length;
  return last.kind === 'Dense' && rank === 2 && ['softmax', 'sigmoid'].includes(outputActivation(network));
}
