import * as tf from '@tensorflow/tfjs-core';
import { FUSED, runFused } from '../backend/fused.js';
import { forward } from './forward.js';
import type { ForwardOptions } from './forward-options.js';
import { layerVariable } from './layer-weights.js';
import type { Network, NetworkWeight } from './network.js';
import { subnetwork } from './subnetwork.js';

/** What a batch's mean softmax cross-entropy is, and where it leads. All tensors are the caller's. */
export interface HeadGradients {
  /** A scalar. */
  readonly value: tf.Tensor;
  /** Of the trained variables, by their names. */
  readonly grads: tf.NamedTensorMap;
  /** The logits, [B, classes]. */
  readonly outputs: tf.Tensor[];
}

/** A network of which nothing trains but its last layer, a Dense that ends in a softmax: a linear probe. */
export interface SoftmaxHead {
  /**
   * Loss and gradients in one kernel, where the backend has it: bit for bit what `tf.variableGrads` gives, without the
   * tape, which costs more than the arithmetic of so small a layer.
   *
   * @param ids int32 [B]
   * @returns undefined where the backend has no such kernel, or the features are not float32 [B, features]
   */
  gradients(inputs: readonly tf.Tensor[], ids: tf.Tensor, options: ForwardOptions): HeadGradients | undefined;
}

/** The network as a softmax head, or undefined where it is another, or other weights train. */
export function softmaxHead(network: Network, trained: readonly NetworkWeight[]): SoftmaxHead | undefined {
  const last = network.nodes.find((node) => node.outputs.some((slot) => slot === network.outputs[0]));
  if (last?.kind !== 'Dense' || network.outputs.length > 1 || trained.length !== 2) return undefined;
  const { layer } = last;
  const isShared = network.nodes.some((node) => node !== last && node.layer === layer);
  const [kernel, bias] = [layerVariable(layer, 'kernel')?.read(), layerVariable(layer, 'bias')?.read()];
  if (!(kernel instanceof tf.Variable) || !(bias instanceof tf.Variable) || isShared) return undefined;
  const isAll = trained.every(({ variable }) => variable === kernel || variable === bias);
  if (!isAll || layer.getConfig()['activation'] !== 'softmax') return undefined;
  const before = subnetwork(network, { outputs: last.inputs });
  return {
    gradients(inputs, ids, options) {
      if (ids.rank !== 1 || ids.dtype !== 'int32') return undefined;
      if (tf.getKernel(FUSED.denseCrossEntropy, tf.getBackend()) === undefined) return undefined;
      const [value, logits, ofKernel, ofBias] = tf.tidy(() => {
        const [x] = forward(before, inputs, options);
        if (x?.rank !== 2 || x.dtype !== 'float32') return [];
        return runFused(FUSED.denseCrossEntropy, { x, kernel, bias, ids }) ?? [];
      });
      if (value === undefined || logits === undefined || ofKernel === undefined || ofBias === undefined)
        return undefined;
      return { value, grads: { [kernel.name]: ofKernel, [bias.name]: ofBias }, outputs: [logits] };
    },
  };
}
