import * as layers from '@tensorflow/tfjs-layers';
import {
  buildModel,
  createRng,
  GraftError,
  messageOf,
  networkOf,
  type Layer,
  type Network,
  type Rng,
  type TargetSpec,
} from '@graft-ml/core';
import { bridgeLayer, type BridgeKind } from './bridge.js';
import type { Backbone } from './cut.js';
import { headActivation, headUnits, type Head } from './head.js';

export interface WithHeadOptions {
  /** Seeds the head's initial weights; each layer has a stream of its own. */
  readonly seed: number;
  /** The new model's name. Default `grafted`. */
  readonly name?: string;
  /** How a feature map or a sequence meets the dense head. Default `auto`: global average pooling. */
  readonly bridge?: BridgeKind;
}

/** A backbone with a new head. */
export interface Grafted {
  readonly model: layers.LayersModel;
  readonly network: Network;
  /** Paths of the layers that came from the backbone. */
  readonly backbonePaths: readonly string[];
  /** Paths of what is new: bridge, hidden layers, output layer. */
  readonly headPaths: readonly string[];
  /** What the outputs mean. */
  readonly target: TargetSpec;
}

/**
 * Put a head on a backbone. The result is a new model: its layers are new, and its backbone weights start as the
 * source's, shared copy-on-write, so that training it never changes the source.
 *
 * Layers are named `bridge` (only where features are no vector), `head_hidden1` …, `head_dropout1` …, and `head`; a
 * name that the backbone has already gets a number (`head_2`). Several cuts are bridged one by one and concatenated.
 * Kernels are Glorot-uniform (Glorot & Bengio 2010), biases zero.
 *
 * @throws GraftError `bad-input` for features that the bridge cannot turn into a vector
 *
 * @example
 * ```ts
 * import { seedCnn } from '@graft-ml/zoo';
 * import { classificationHead, cut, withHead } from '@graft-ml/transfer';
 * const source = seedCnn({ seed: 1 });
 * const { model, headPaths } = withHead(cut(source, 'pool2'), classificationHead({ classes: 3 }), { seed: 2 });
 * console.log(model.outputs[0]?.shape, headPaths); // [null, 3] ['bridge', 'head']
 * ```
 */
export function withHead(backbone: Backbone, head: Head, options: WithHeadOptions): Grafted {
  const rng = createRng(options.seed);
  return withLayers(backbone, head.target, options, (name) => {
    const dropout = (index: number): Layer[] =>
      head.dropout === 0 ? [] : [layers.layers.dropout({ rate: head.dropout, name: name(`head_dropout${index}`) })];
    const hidden = head.hidden.flatMap((units, index) => {
      const config = { units, activation: 'relu' as const, ...seeded(name(`head_hidden${index + 1}`), rng) };
      return [layers.layers.dense(config), ...dropout(index + 1)];
    });
    const first = head.hidden.length === 0 ? dropout(1) : hidden;
    const output = { units: headUnits(head), activation: headActivation(head), ...seeded(name('head'), rng) };
    return [...first, layers.layers.dense(output)];
  });
}

/**
 * Put layers of one's own on a backbone, one after another, after the bridge.
 *
 * @param make the new, unbuilt layers; `name` gives a name that the backbone does not have
 */
export function withLayers(
  backbone: Backbone,
  target: TargetSpec,
  options: WithHeadOptions,
  make: (name: (wanted: string) => string) => readonly Layer[],
): Grafted {
  const base = buildModel(backbone.network, options.name ?? 'grafted');
  const backboneLayers = new Set<Layer>(base.layers);
  const name = uniqueNames(new Set(base.layers.map((layer) => layer.name)));
  const features = bridged(base.outputs, options.bridge ?? 'auto', name);
  const outputs = make(name).reduce((below, layer) => attached(layer, below), features);
  const model = layers.model({ inputs: base.inputs, outputs, name: base.name });
  const network = networkOf(model);
  const pathsWhere = (fromBackbone: boolean): string[] =>
    network.nodes.filter((node) => backboneLayers.has(node.layer) === fromBackbone).map((node) => node.path);
  return { model, network, backbonePaths: pathsWhere(true), headPaths: pathsWhere(false), target };
}

function bridged(
  features: readonly layers.SymbolicTensor[],
  kind: BridgeKind,
  name: (wanted: string) => string,
): layers.SymbolicTensor {
  const flat = features.map((tensor, index) => {
    const layer = bridgeLayer(tensor.shape, kind, name(features.length === 1 ? 'bridge' : `bridge_${index + 1}`));
    return layer === undefined ? tensor : attached(layer, tensor);
  });
  const [first, ...more] = flat;
  if (first === undefined) throw new GraftError({ code: 'internal', what: 'The backbone has no outputs.' });
  return more.length === 0 ? first : attached(layers.layers.concatenate({ name: name('bridge') }), flat);
}

interface SeededWeights {
  readonly name: string;
  readonly kernelInitializer: ReturnType<typeof layers.initializers.glorotUniform>;
  readonly biasInitializer: 'zeros';
}

/** The stream is named as `reinitialise` names it, so that both give the same weights for one seed. */
function seeded(name: string, rng: Rng): SeededWeights {
  const seed = rng.fork(name).fork('kernelInitializer').seed();
  return { name, kernelInitializer: layers.initializers.glorotUniform({ seed }), biasInitializer: 'zeros' };
}

function uniqueNames(taken: Set<string>): (wanted: string) => string {
  return (wanted) => {
    let name = wanted;
    for (let copy = 2; taken.has(name); copy++) name = `${wanted}_${copy}`;
    taken.add(name);
    return name;
  };
}

function attached(layer: Layer, input: layers.SymbolicTensor | layers.SymbolicTensor[]): layers.SymbolicTensor {
  let output: unknown;
  try {
    output = layer.apply(input);
  } catch (cause) {
    throw new GraftError({
      code: 'bad-input',
      what: `The layer "${layer.name}" does not fit the features at the cut: ${messageOf(cause)}`,
      remedy: 'Cut at another layer.',
      cause,
    });
  }
  if (output instanceof layers.SymbolicTensor) return output;
  throw new GraftError({ code: 'internal', what: `The layer "${layer.name}" gave no symbolic tensor.` });
}
