import type { NetworkNode, Slot } from '@graft-ml/core';
import { ACTIVATIONS } from './activations.js';
import type { LayerSettings } from './layer-settings.js';
import type { OnnxGraph } from './onnx-graph.js';

/** Adds a node of a network to a graph, and gives its output's slot a tensor. */
export type Operator = (node: NetworkNode, graph: OnnxGraph) => void;

/** The slots of a node with one input and one output. */
export function ends({ inputs, outputs }: NetworkNode): { readonly input: Slot; readonly output: Slot } {
  return { input: inputs[0] ?? -1, output: outputs[0] ?? -1 };
}

/**
 * What a layer gives after its own activation, under the layer's name.
 *
 * @param make adds the layer without its activation under a name, and gives the name that it got
 * @param channelAxis the axis of softmax
 * @throws GraftError `bad-input` for an activation without an operator here
 */
export function activated(
  graph: OnnxGraph,
  { path }: NetworkNode,
  settings: LayerSettings,
  make: (name: string) => string,
  channelAxis: number,
): string {
  const name = settings.text('activation') ?? 'linear';
  const activation = ACTIVATIONS[name];
  if (activation === undefined) {
    throw settings.refuse(
      `has the activation "${name}"`,
      `One of ${Object.keys(ACTIVATIONS).join(', ')} was expected.`,
    );
  }
  return activation(graph, make(name === 'linear' ? path : `${path}/before`), path, channelAxis);
}
