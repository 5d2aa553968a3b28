import { LayersModel } from '@tensorflow/tfjs-layers';
import { GraftError, networkOf, slotInfo, subnetwork, type Network, type Shape, type Slot } from '@graft-ml/core';
import { nodeOfCut, type CutPoint } from './cut-point.js';

/** A source model seen as a feature extractor: from its inputs to the cut. Its weights are the source's own, live. */
export interface Backbone {
  readonly network: Network;
  /** Paths of the layers that it was cut after, in the order asked for. */
  readonly cuts: readonly string[];
  /** Shapes of the features, batch first, one per output of the network, e.g. [[null, 5, 5, 64]]. */
  readonly featureShapes: readonly Shape[];
}

/**
 * Cut a model after a layer, or after several: what comes later is left away, and so are inputs that only it reads.
 * Nothing is copied and the model is not changed.
 *
 * @throws GraftError `not-found` for a cut that does not exist (with near names), `bad-input` for an ambiguous name or
 *   the same cut twice
 *
 * @example
 * ```ts
 * import { seedCnn } from '@graft-ml/zoo';
 * import { cut } from '@graft-ml/transfer';
 * const backbone = cut(seedCnn({ seed: 1 }), 'pool2');
 * console.log(backbone.featureShapes); // [[null, 5, 5, 64]]
 * ```
 */
export function cut(model: LayersModel | Network, at: CutPoint | readonly CutPoint[]): Backbone {
  const whole = model instanceof LayersModel ? networkOf(model) : model;
  const points: readonly CutPoint[] = isList(at) ? at : [at];
  const nodes = points.map((point) => nodeOfCut(whole, point));
  const repeated = nodes.find((node, index) => nodes.indexOf(node) !== index);
  if (nodes.length === 0 || repeated !== undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: repeated === undefined ? 'No cut was given.' : `The cut "${repeated.path}" was given twice.`,
      expected: 'One or more different cuts were expected.',
    });
  }
  const outputs = nodes.flatMap((node) => node.outputs);
  const part = subnetwork(whole, { outputs });
  const read = new Set<Slot>(part.nodes.flatMap((node) => node.inputs));
  const network = { ...part, inputs: part.inputs.filter((slot) => read.has(slot)) };
  return {
    network,
    cuts: nodes.map((node) => node.path),
    featureShapes: outputs.map((slot) => slotInfo(network, slot).shape),
  };
}

function isList(at: CutPoint | readonly CutPoint[]): at is readonly CutPoint[] {
  return Array.isArray(at);
}
