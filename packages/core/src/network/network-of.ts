import * as layers from '@tensorflow/tfjs-layers';
import { GraftError } from '../errors/graft-error.js';
import { weightsOfLayer } from './layer-weights.js';
import type { Layer, Network, NetworkNode, NetworkWeight, Slot, SlotInfo } from './network.js';

/**
 * Read a tfjs model as a flat network. Works on Sequential models, functional graphs with branches and skips, shared
 * layers and nested models. The model is not changed.
 *
 * @throws GraftError `bad-input` when the model has no inputs or outputs yet, or an input that is not its own
 *
 * @example
 * ```ts
 * import * as layers from '@tensorflow/tfjs-layers';
 * import { networkOf } from '@graft-ml/core';
 * const model = layers.sequential({ layers: [layers.layers.dense({ units: 2, inputShape: [3], name: 'head' })] });
 * console.log(networkOf(model).weights.map((weight) => weight.name)); // head/kernel, head/bias
 * ```
 */
export function networkOf(model: layers.LayersModel): Network {
  if (model.outputs === undefined || model.outputs.length === 0 || model.inputs.length === 0) {
    throw new GraftError({
      code: 'bad-input',
      what: `The model "${model.name}" has no inputs or no outputs yet.`,
      expected: 'A built model was expected.',
      remedy: 'Give its first layer an inputShape.',
    });
  }
  const reader = new GraphReader();
  const known = new Map<number, Slot>();
  const inputs = model.inputs.map((tensor) => reader.addInput(tensor, known));
  reader.openFirst(model, known, '');
  const outputs = model.outputs.map((tensor) => reader.visit(tensor, known, ''));
  return { inputs, outputs, nodes: reader.nodes, weights: reader.weights, slots: reader.slots };
}

/** Known symbolic tensors of one (possibly nested) model, by tfjs id. */
type Known = Map<number, Slot>;

class GraphReader {
  readonly nodes: NetworkNode[] = [];
  readonly weights: NetworkWeight[] = [];
  readonly slots = new Map<Slot, SlotInfo>();
  readonly #weightNames = new Map<Layer, readonly string[]>();
  readonly #paths = new Map<string, number>();

  addInput(tensor: layers.SymbolicTensor, known: Known): Slot {
    const slot = this.#newSlot(tensor);
    known.set(tensor.id, slot);
    return slot;
  }

  /**
   * A Sequential that begins with a model calls it without a trace: it goes on from that model's own tensors. Read these
   * first, so that its layers get its name in their paths.
   */
  openFirst(model: layers.LayersModel, known: Known, prefix: string): void {
    const first = model instanceof layers.Sequential ? model.layers[0] : undefined;
    if (!(first instanceof layers.LayersModel)) return;
    const inner = `${prefix}${first.name}/`;
    this.openFirst(first, known, inner);
    for (const output of first.outputs) this.visit(output, known, inner);
  }

  /** The slot of a symbolic tensor, reading whatever leads to it first. */
  visit(tensor: layers.SymbolicTensor, known: Known, prefix: string): Slot {
    const seen = known.get(tensor.id);
    if (seen !== undefined) return seen;
    const layer = tensor.sourceLayer;
    const call = layer.inboundNodes[tensor.nodeIndex];
    if (call === undefined || call.inputTensors.length === 0) {
      throw new GraftError({
        code: 'bad-input',
        what: `The layer "${prefix}${layer.name}" is fed by an input that the model does not own.`,
        expected: 'Every path was expected to start at one of the model’s inputs.',
      });
    }
    const inputs = call.inputTensors.map((input) => this.visit(input, known, prefix));
    if (layer instanceof layers.LayersModel) this.#openNested(layer, call.outputTensors, inputs, known, prefix);
    else this.#addNode(layer, call.outputTensors, inputs, known, prefix);
    const slot = known.get(tensor.id);
    if (slot === undefined) {
      throw new GraftError({
        code: 'internal',
        what: `The tensor "${tensor.name}" was not found in its own layer’s outputs.`,
      });
    }
    return slot;
  }

  #openNested(
    nested: layers.LayersModel,
    outside: readonly layers.SymbolicTensor[],
    inputs: readonly Slot[],
    known: Known,
    prefix: string,
  ): void {
    const inside: Known = new Map();
    for (const [index, input] of nested.inputs.entries()) {
      const slot = inputs[index];
      if (slot !== undefined) inside.set(input.id, slot);
    }
    this.openFirst(nested, inside, `${prefix}${nested.name}/`);
    for (const [index, output] of nested.outputs.entries()) {
      const tensor = outside[index];
      const slot = this.visit(output, inside, `${prefix}${nested.name}/`);
      if (tensor !== undefined) known.set(tensor.id, slot);
    }
  }

  #addNode(
    layer: Layer,
    outputs: readonly layers.SymbolicTensor[],
    inputs: readonly Slot[],
    known: Known,
    prefix: string,
  ): void {
    const calls = (this.#paths.get(prefix + layer.name) ?? 0) + 1;
    this.#paths.set(prefix + layer.name, calls);
    const path = calls === 1 ? prefix + layer.name : `${prefix}${layer.name}#${calls}`;
    let weightNames = this.#weightNames.get(layer);
    if (weightNames === undefined) {
      const weights = weightsOfLayer(layer, path);
      this.weights.push(...weights);
      weightNames = weights.map((weight) => weight.name);
      this.#weightNames.set(layer, weightNames);
    }
    const slots = outputs.map((output) => {
      const slot = this.#newSlot(output);
      known.set(output.id, slot);
      return slot;
    });
    this.nodes.push({ path, layer, kind: layer.getClassName(), inputs, outputs: slots, weights: weightNames });
  }

  #newSlot(tensor: layers.SymbolicTensor): Slot {
    const slot = this.slots.size;
    this.slots.set(slot, { shape: tensor.shape, dtype: tensor.dtype });
    return slot;
  }
}
