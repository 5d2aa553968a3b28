import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { buildModel, GraftError, networkOf, type Network, type NetworkNode } from '@graft-ml/core';
import { CosineLayer } from './cosine-layer.js';
import { registerHeads } from './register-heads.js';

/**
 * A model whose logits are another's divided by a temperature, which goes into its output layer: kernel and bias of a dense layer,
 * the scale of a cosine head. It is saved, loaded and run like any other, and gives calibrated probabilities everywhere.
 *
 * @param source ends in a softmax or sigmoid, or gives logits; it is not changed, and weights are shared copy-on-write
 * @param temperature above 0
 * @throws GraftError `bad-input` for a temperature of 0 or less, or an output layer whose logits are not products
 */
export function scaleLogits(source: LayersModel, temperature: number): LayersModel {
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw new GraftError({
      code: 'bad-input',
      what: `The temperature is ${temperature}.`,
      expected: 'A number above 0 was expected.',
    });
  }
  registerHeads();
  const network = networkOf(source);
  const output = logitNode(network);
  const scaled = ({ layer, kind }: NetworkNode): tf.Tensor[] =>
    layer.weights.map((weight, at) =>
      kind === 'Dense' || at === 1 ? tf.div(weight.read(), temperature) : tf.clone(weight.read()),
    );
  return buildModel(network, source.name, undefined, (node) =>
    node.layer === output.layer ? scaled(node) : undefined,
  );
}

/** The layer that gives the logits. */
function logitNode(network: Network): NetworkNode {
  const feeding = (slot: number | undefined): NetworkNode | undefined =>
    network.nodes.find(({ outputs }) => slot !== undefined && outputs.includes(slot));
  let last = feeding(network.outputs[0]);
  while (last !== undefined && (last.kind === 'Softmax' || last.kind === 'Activation')) last = feeding(last.inputs[0]);
  const activation = last?.layer.getConfig()['activation'] ?? 'linear';
  const isPlain = typeof activation === 'string' && ['linear', 'softmax', 'sigmoid'].includes(activation);
  if (last !== undefined && isPlain && (last.kind === 'Dense' || last.kind === CosineLayer.className)) return last;
  throw new GraftError({
    code: 'bad-input',
    what: `The outputs of "${network.nodes.at(-1)?.path ?? 'the model'}" (${last?.kind ?? 'none'}) cannot be divided by a temperature.`,
    expected: 'A dense layer or a cosine head, and then a softmax or sigmoid, were expected.',
    remedy: 'Give the model such a head.',
  });
}
