import type * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { GraftError } from '../errors/graft-error.js';
import { cloneLayer } from './clone-layer.js';
import { slotInfo, type Layer, type Network, type NetworkNode, type Slot } from './network.js';

/**
 * Make a tfjs model of a network (or of a part of one). Its layers are new; their weights start as the network's own
 * values, shared copy-on-write: training one never changes the other, and nothing is copied until then.
 *
 * @param name the new model's name
 * @returns a functional model that `model.save` writes and plain tfjs loads again
 */
export function buildModel(network: Network, name: string): layers.LayersModel {
  const built = new Map<Slot, layers.SymbolicTensor>();
  const inputs = network.inputs.map((slot, index) => {
    const { shape, dtype } = slotInfo(network, slot);
    const input = layers.input({
      batchShape: [...shape],
      dtype: layerDtype(dtype),
      name: network.inputs.length === 1 ? 'input' : `input_${index + 1}`,
    });
    built.set(slot, input);
    return input;
  });
  const clones = new Map<Layer, Layer>();
  for (const node of network.nodes) {
    const clone = clones.get(node.layer) ?? cloneLayer(node.layer, layerName(node));
    clones.set(node.layer, clone);
    const fed = node.inputs.map((slot) => symbolic(built, slot));
    const [first] = fed;
    const result = clone.apply(fed.length === 1 && first !== undefined ? first : fed);
    for (const [index, tensor] of (Array.isArray(result) ? result : [result]).entries()) {
      const slot = node.outputs[index];
      if (slot !== undefined && tensor instanceof layers.SymbolicTensor) built.set(slot, tensor);
    }
  }
  for (const [layer, clone] of clones) {
    if (layer.weights.length > 0) clone.setWeights(layer.weights.map((weight) => weight.read()));
  }
  return layers.model({ inputs, outputs: network.outputs.map((slot) => symbolic(built, slot)), name });
}

/** The path of the layer's first call, so that weights keep their names also where only a later call is built. */
function layerName({ path, layer }: NetworkNode): string {
  return path.endsWith(layer.name) ? path : path.slice(0, path.lastIndexOf('#'));
}

function symbolic(built: ReadonlyMap<Slot, layers.SymbolicTensor>, slot: Slot): layers.SymbolicTensor {
  const tensor = built.get(slot);
  if (tensor === undefined) throw new GraftError({ code: 'internal', what: `Slot ${slot} was not built.` });
  return tensor;
}

function layerDtype(dtype: tf.DataType): 'float32' | 'int32' | 'bool' {
  return dtype === 'int32' || dtype === 'bool' ? dtype : 'float32';
}
