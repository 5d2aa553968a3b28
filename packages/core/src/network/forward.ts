import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';
import { callNode } from './call-node.js';
import { callUnit } from './call-unit.js';
import { convolutionUnits, type ConvolutionUnit } from './convolution-unit.js';
import type { ForwardOptions } from './forward-options.js';
import type { Network, NetworkNode, Slot } from './network.js';

/**
 * Run a network on concrete tensors. Differentiable: everything goes through tfjs ops on the live variables.
 *
 * Call it inside `tf.tidy`: intermediate results are the caller's to drop. With `predict` they are dropped early.
 *
 * @param inputs one tensor per network input, batch first
 * @returns one tensor per network output
 * @throws GraftError `bad-input` when the number or shape of the inputs does not fit
 */
export function forward(network: Network, inputs: readonly tf.Tensor[], options: ForwardOptions = {}): tf.Tensor[] {
  return run(network, inputs, options, () => undefined);
}

/**
 * Run a network in inference mode and dispose of each intermediate result as soon as nothing needs it any more, so that
 * peak memory is a few layers, not all of them. Not differentiable.
 */
export function predict(
  network: Network,
  inputs: readonly tf.Tensor[],
  options: Pick<ForwardOptions, 'logits'> = {},
): tf.Tensor[] {
  const uses = new Map<Slot, number>();
  for (const node of network.nodes) for (const slot of node.inputs) uses.set(slot, (uses.get(slot) ?? 0) + 1);
  const kept = new Set([...network.inputs, ...network.outputs]);
  return tf.tidy(() => {
    const outputs = run(network, inputs, options, (consumed, values) => {
      for (const slot of consumed) {
        const left = (uses.get(slot) ?? 1) - 1;
        uses.set(slot, left);
        const value = values.get(slot);
        if (left > 0 || kept.has(slot) || value === undefined) continue;
        values.delete(slot);
        // A layer may hand its input on as it is (dropout at inference): dispose only what no other slot holds.
        if (![...values.values()].includes(value)) value.dispose();
      }
    });
    // For the same reason an output may be an input, or another output: each is the caller's to dispose by itself.
    return outputs.map((output, at) =>
      inputs.includes(output) || outputs.indexOf(output) < at ? tf.clone(output) : output,
    );
  });
}

type AfterNode = (consumed: readonly Slot[], values: Map<Slot, tf.Tensor>) => void;

function run(network: Network, inputs: readonly tf.Tensor[], options: ForwardOptions, after: AfterNode): tf.Tensor[] {
  const values = new Map<Slot, tf.Tensor>();
  const masks = new Map<Slot, tf.Tensor>();
  for (const [index, slot] of network.inputs.entries()) {
    const value = inputs[index];
    if (value === undefined || inputs.length !== network.inputs.length) {
      throw new GraftError({
        code: 'bad-input',
        what: `The network was given ${inputs.length} input tensors.`,
        expected: `It has ${network.inputs.length} inputs.`,
      });
    }
    checkShape(value, network.slots.get(slot)?.shape ?? []);
    values.set(slot, value);
  }
  const units = options.onNode !== undefined && options.watched === undefined ? NO_UNITS : convolutionUnits(network);
  const done = new Set<NetworkNode>();
  for (const node of network.nodes) {
    if (done.has(node)) continue;
    const unit = units.get(node);
    const together = unit === undefined ? undefined : callUnit(unit, values, masks, options);
    if (together !== undefined) {
      for (const each of together) done.add(each);
      tell(together.at(-1) ?? node, values, options);
      after(node.inputs, values);
      continue;
    }
    const isLast = node.outputs.some((slot) => network.outputs.includes(slot));
    callNode(node, values, masks, { ...options, logits: options.logits === true && isLast });
    tell(node, values, options);
    after(node.inputs, values);
  }
  return network.outputs.map((slot) => {
    const value = values.get(slot);
    if (value === undefined) throw new GraftError({ code: 'internal', what: `Slot ${slot} was never computed.` });
    return value;
  });
}

const NO_UNITS: ReadonlyMap<NetworkNode, ConvolutionUnit> = new Map();

function tell(node: NetworkNode, values: ReadonlyMap<Slot, tf.Tensor>, { onNode }: ForwardOptions): void {
  const output = values.get(node.outputs[0] ?? -1);
  if (output !== undefined) onNode?.(node, output);
}

function checkShape(value: tf.Tensor, shape: readonly (number | null)[]): void {
  const fits = value.rank === shape.length && shape.every((size, axis) => size === null || size === value.shape[axis]);
  if (fits) return;
  throw new GraftError({
    code: 'bad-input',
    what: `The network was given an input of shape [${value.shape.join(', ')}].`,
    expected: `Its input has shape [${shape.map((size) => size ?? 'batch').join(', ')}].`,
  });
}
