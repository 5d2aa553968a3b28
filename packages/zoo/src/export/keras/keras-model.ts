import { slotInfo, type Network, type NetworkNode, type Slot } from '@graft-ml/core';
import type { Json } from '../../keras/json.js';
import { kerasLayer } from './keras-layer.js';
import { inKerasOrder } from './layer-order.js';

/** A layer of the exported model. */
export interface KerasLayer {
  readonly name: string;
  readonly kind: string;
  /** Names of its weights in the network, in Keras's order, which is tfjs's too. */
  readonly weights: readonly string[];
}

export interface KerasModel {
  /** The configuration of a functional model of Keras 3. */
  readonly config: Json;
  /** In Keras's order, the input left out. */
  readonly layers: readonly KerasLayer[];
}

/** Where a tensor comes from, in Keras's words. */
type History = readonly [layer: string, call: number, output: number];

/**
 * A network as Keras 3's functional model: flat, whatever nesting it had, with layers called after their paths. `.h5` files
 * do without the modules of classes (`isLegacy`).
 *
 * @throws GraftError `bad-input` for a layer that would mean another thing in Keras
 */
export function kerasModel(network: Network, name: string, isLegacy: boolean): KerasModel {
  const placed = (module: string, registered: string | null): Json =>
    isLegacy ? {} : { module, registered_name: registered };
  const first = inKerasOrder(network);
  const names = layerNames(first);
  const histories = new Map<Slot, History>();
  const inputs = network.inputs.map((slot, index) => {
    const input = names.free(index === 0 ? 'input' : `input_${index}`);
    histories.set(slot, [input, 0, 0]);
    return { input, slot };
  });
  // The calls of each layer, in the order of the network, which is one in which Keras can make them.
  const calls = new Map<NetworkNode['layer'], NetworkNode[]>();
  for (const node of network.nodes) {
    const all = calls.get(node.layer) ?? [];
    for (const [output, slot] of node.outputs.entries()) {
      histories.set(slot, [names.of(node), all.length, output]);
    }
    calls.set(node.layer, [...all, node]);
  }
  const tensor = (slot: Slot): Json => {
    const { shape, dtype } = slotInfo(network, slot);
    return {
      class_name: '__keras_tensor__',
      config: { shape, dtype, keras_history: histories.get(slot) ?? [] },
    };
  };
  const call = ({ inputs: slots }: NetworkNode): Json => {
    const tensors = slots.map(tensor);
    return { args: tensors.length === 1 ? tensors : [tensors], kwargs: {} };
  };
  const layerJson = (kind: string, layer: string, config: Json, inbound: readonly Json[]): Json => ({
    ...placed('keras.layers', null),
    class_name: kind,
    config,
    name: layer,
    inbound_nodes: inbound,
  });
  const inputLayers = inputs.map(({ input, slot }) => {
    const { shape, dtype } = slotInfo(network, slot);
    const config = { name: input, batch_shape: shape, dtype, sparse: false };
    return layerJson('InputLayer', input, config, []);
  });
  const layers = first.map((node) => {
    const { kind, config } = kerasLayer(node, names.of(node));
    return layerJson(kind, names.of(node), config, (calls.get(node.layer) ?? []).map(call));
  });
  return {
    config: {
      ...placed('keras.src.models.functional', 'Functional'),
      class_name: 'Functional',
      config: {
        name,
        trainable: true,
        layers: [...inputLayers, ...layers],
        input_layers: inputs.map(({ slot }) => histories.get(slot)),
        output_layers: network.outputs.map((slot) => histories.get(slot)),
      },
    },
    layers: first.map((node) => ({ name: names.of(node), kind: node.kind, weights: node.weights })),
  };
}

interface LayerNames {
  of(node: NetworkNode): string;
  /** A name like this one that no layer has. */
  free(name: string): string;
}

/** Keras allows no `/` in a layer's name: `backbone/conv1` becomes `backbone_conv1`. */
function layerNames(firsts: readonly NetworkNode[]): LayerNames {
  const taken = new Set<string>();
  const free = (wanted: string): string => {
    let name = wanted;
    for (let copy = 2; taken.has(name); copy++) name = `${wanted}_${copy}`;
    taken.add(name);
    return name;
  };
  const names = new Map(firsts.map((node) => [node.layer, free(node.path.replaceAll('/', '_'))]));
  return { of: (node) => names.get(node.layer) ?? node.path, free };
}
