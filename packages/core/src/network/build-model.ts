import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { GraftError } from '../errors/graft-error.js';
import { cloneLayer } from './clone-layer.js';
import { slotInfo, type Layer, type Network, type NetworkNode, type Slot } from './network.js';

/**
 * Make a tfjs model of a network (or of a part of one). Its layers are new; their weights start as the network's own
 * values, shared copy-on-write: training one never changes the other, and nothing is copied until then.
 *
 * @param name the new model's name
 * @param replace a new, unbuilt layer to stand for a node's own; undefined for a copy. A layer with several nodes is asked about
 *   once. Its first weights are given the values of the layer that it stands for.
 * @param weightsOf values for a node's layer instead of its own; called inside `tf.tidy`
 * @returns a functional model that `model.save` writes and plain tfjs loads again
 */
export function buildModel(
  network: Network,
  name: string,
  replace: (node: NetworkNode) => Layer | undefined = () => undefined,
  weightsOf: (node: NetworkNode) => readonly tf.Tensor[] | undefined = () => undefined,
): layers.LayersModel {
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
  const clones = new Map<Layer, { readonly clone: Layer; readonly node: NetworkNode }>();
  for (const node of network.nodes) {
    const clone = clones.get(node.layer)?.clone ?? replace(node) ?? cloneLayer(node.layer, layerName(node));
    clones.set(node.layer, { clone, node: clones.get(node.layer)?.node ?? node });
    const fed = node.inputs.map((slot) => symbolic(built, slot));
    const [first] = fed;
    const result = clone.apply(fed.length === 1 && first !== undefined ? first : fed);
    for (const [index, tensor] of (Array.isArray(result) ? result : [result]).entries()) {
      const slot = node.outputs[index];
      if (slot !== undefined && tensor instanceof layers.SymbolicTensor) built.set(slot, tensor);
    }
  }
  for (const [layer, { clone, node }] of clones) {
    if (layer.weights.length === 0) continue;
    tf.tidy(() => {
      const values = weightsOf(node) ?? layer.weights.map((weight) => weight.read());
      const rest = clone.weights.slice(values.length).map((weight) => weight.read());
      clone.setWeights([...values, ...rest]);
    });
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
