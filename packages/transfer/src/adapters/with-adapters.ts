import type { LayersModel } from '@tensorflow/tfjs-layers';
import { buildModel, createRng, GraftError, networkOf, type Network } from '@graft-ml/core';
import { describeSelector, selectNodes, type Selector } from '../select.js';
import { AdaptedLayer } from './adapted-layer.js';
import { baseLayerOf, plainLayer } from './base-layer.js';
import { kernelFormOf } from './kernel-form.js';
import type { AdapterMethod } from './method.js';

export interface AdapterOptions {
  readonly method: AdapterMethod;
  /** Which layers to adapt, among those that can be. Default all. */
  readonly targets?: Selector;
  /** Seeds the adapters' random weights. */
  readonly seed: number;
  /** The new model's name. Default `adapted`. */
  readonly name?: string;
}

export interface Adapted {
  readonly model: LayersModel;
  readonly network: Network;
  /** Names of the adapters' weights; freeze all the others to train them alone. */
  readonly adapterWeights: readonly string[];
  /** Paths of the adapted layers. */
  readonly adaptedPaths: readonly string[];
}

/**
 * A new model whose chosen layers are changed by adapters. It gives what the old one gives until the adapters train; all other
 * weights are shared copy-on-write, and keep their names.
 *
 * @throws GraftError `not-found` for targets that match nothing; `bad-input` when the method can adapt none of them
 *
 * @example
 * ```ts
 * import { seedCnn } from '@graft-ml/zoo';
 * import { lora, withAdapters } from '@graft-ml/transfer/adapters';
 * const { adapterWeights } = withAdapters(seedCnn({ seed: 1 }), { method: lora({ rank: 2 }), targets: 'conv*', seed: 1 });
 * console.log(adapterWeights); // conv1/lora_a, conv1/lora_b, conv2/lora_a, conv2/lora_b
 * ```
 */
export function withAdapters(source: LayersModel | Network, options: AdapterOptions): Adapted {
  const { method, targets = 'all', seed, name = 'adapted' } = options;
  const network = 'nodes' in source ? source : networkOf(source);
  const outputs = new Set(network.outputs);
  const suits = selectNodes(network, targets).filter((node) => {
    const form = kernelFormOf(node);
    // The output layer belongs to the head: losses want its logits.
    return form !== undefined && method.weights(form) !== undefined && !node.outputs.some((slot) => outputs.has(slot));
  });
  if (suits.length === 0) {
    throw new GraftError({
      code: 'bad-input',
      what: `Among the layers that ${describeSelector(targets)} means there is none that ${method.kind} can adapt.`,
      expected: 'At least one dense layer or convolution before the output layer was expected.',
      remedy: 'Choose other targets, or leave them out for all layers.',
    });
  }
  const paths = new Map(suits.map((node) => [node.layer, node.path]));
  const rng = createRng(seed).fork('adapters');
  const model = buildModel(network, name, (node) => {
    const path = paths.get(node.layer);
    if (path === undefined) return undefined;
    return new AdaptedLayer({ name: path, base: baseLayerOf(node.layer), method, seed: rng.fork(path).seed() });
  });
  const adapted = networkOf(model);
  const before = new Set(network.weights.map((weight) => weight.name));
  return {
    model,
    network: adapted,
    adapterWeights: adapted.weights.map((weight) => weight.name).filter((each) => !before.has(each)),
    adaptedPaths: [...paths.values()],
  };
}

/**
 * A plain model with the adapters' changes merged into its kernels: as fast as the source, and saved like it. The adapted model
 * is left as it is, with the source's own kernels in it byte for byte: that is how to unmerge.
 */
export function mergeAdapters(source: LayersModel | Network, name = 'merged'): LayersModel {
  const network = 'nodes' in source ? source : networkOf(source);
  return buildModel(
    network,
    name,
    ({ layer, path }) => (layer instanceof AdaptedLayer ? plainLayer(layer.base, path) : undefined),
    ({ layer }) => {
      if (!(layer instanceof AdaptedLayer)) return undefined;
      const { kernel, bias } = layer.merged();
      return bias === undefined ? [kernel] : [kernel, bias];
    },
  );
}
