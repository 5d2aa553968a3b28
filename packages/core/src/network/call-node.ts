import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';
import { fusedBatchNorm } from './batch-norm.js';
import { denseRelu } from './dense-relu.js';
import type { ForwardOptions } from './forward-options.js';
import { logitsOf } from './logits.js';
import type { NetworkNode, Slot } from './network.js';
import { noiseOf } from './noise.js';

/**
 * Call one node's layer on the values of its input slots and store what comes out. This is where Graft's semantics
 * differ from tfjs-layers 4.22: frozen BatchNorm runs in inference mode, and noise is seeded per step.
 */
export function callNode(
  node: NetworkNode,
  values: Map<Slot, tf.Tensor>,
  masks: Map<Slot, tf.Tensor>,
  options: ForwardOptions,
): void {
  const inputs = node.inputs.map((slot) => {
    const value = values.get(slot);
    if (value === undefined) throw new GraftError({ code: 'internal', what: `"${node.path}" ran before its input.` });
    return value;
  });
  const [first] = inputs;
  if (first === undefined) throw new GraftError({ code: 'internal', what: `"${node.path}" has no input.` });
  const training = options.training === true && !isFrozenBatchNorm(node, options.frozen);
  const noise = training ? noiseOf(node, first, options.rng) : undefined;
  const logits = options.logits === true ? logitsOf(node, first) : undefined;
  const special = noise ?? logits;
  if (special !== undefined) {
    const [slot] = node.outputs;
    if (slot !== undefined) values.set(slot, special);
    return;
  }
  const inputMasks = node.inputs.map((slot) => masks.get(slot));
  const masked = inputMasks.some((mask) => mask !== undefined);
  const single = inputs.length === 1;
  const outputs = asList(
    (training ? fusedBatchNorm(node, first) : undefined) ??
      reluOf(node, first) ??
      (training ? denseRelu(node, first) : undefined) ??
      node.layer.call(single ? first : inputs, {
        training,
        ...(masked ? { mask: single ? inputMasks[0] : inputMasks } : {}),
      }),
  );
  for (const [index, slot] of node.outputs.entries()) {
    const value = outputs[index];
    if (value !== undefined) values.set(slot, value);
  }
  if (masked || node.layer.supportsMasking) storeMasks(node, single ? first : inputs, inputMasks, masks);
}

/** Masks travel beside the values, as tfjs-layers does it (an Embedding with maskZero starts one). */
function storeMasks(
  node: NetworkNode,
  inputs: tf.Tensor | tf.Tensor[],
  inputMasks: readonly (tf.Tensor | undefined)[],
  masks: Map<Slot, tf.Tensor>,
): void {
  const present = inputMasks.filter((mask) => mask !== undefined);
  const [onlyMask] = present;
  // tfjs computes an output mask for one input mask; merge layers see all of theirs or none.
  const mask = Array.isArray(inputs) ? (present.length === inputMasks.length ? present : undefined) : onlyMask;
  const computed: unknown = node.layer.computeMask(inputs, mask);
  const list: unknown[] = Array.isArray(computed) ? computed : [computed];
  for (const [index, slot] of node.outputs.entries()) {
    const each = list[index];
    if (each instanceof tf.Tensor) masks.set(slot, each);
  }
}

export function isFrozenBatchNorm(node: NetworkNode, frozen: ReadonlySet<string> | undefined): boolean {
  if (node.kind !== 'BatchNormalization' || frozen === undefined) return false;
  return node.weights.some((name) => name.endsWith('/moving_mean') && frozen.has(name));
}

/** ReLU(6) as one op; tfjs-layers takes two. */
function reluOf(node: NetworkNode, x: tf.Tensor): tf.Tensor | undefined {
  return node.kind === 'ReLU' && node.layer.getConfig()['maxValue'] === 6 ? tf.relu6(x) : undefined;
}

function asList(value: tf.Tensor | tf.Tensor[]): tf.Tensor[] {
  return Array.isArray(value) ? value : [value];
}
