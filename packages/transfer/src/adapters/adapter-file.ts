import * as tf from '@tensorflow/tfjs-core';
import { decodeSafetensors, encodeSafetensors, GraftError, type NamedArray, type Network } from '@graft-ml/core';

const FORMAT = 'graft-adapter-1';

/**
 * Some of a network's weights (an adapter's, and perhaps a head's) as one safetensors file: a few kilobytes beside the backbone
 * that they go with.
 *
 * @param names of the weights, such as `Adapted.adapterWeights`
 * @throws GraftError `not-found` for a name that the network does not have
 */
export async function saveAdapter(network: Network, names: readonly string[]): Promise<Uint8Array> {
  const arrays = new Map<string, NamedArray>();
  for (const name of names) {
    const weight = network.weights.find((each) => each.name === name);
    if (weight === undefined) {
      throw new GraftError({ code: 'not-found', what: `The network has no weight "${name}".` });
    }
    arrays.set(name, { shape: weight.shape, data: Float32Array.from(await weight.variable.data()) });
  }
  return encodeSafetensors(arrays, { format: FORMAT });
}

/**
 * Put a saved adapter into a network with the same adapted layers: this is how several adapters share one backbone, switched at
 * run time. Nothing is changed when it throws.
 *
 * @throws GraftError `corrupt` for bytes that are no adapter, `bad-input` for one of another network
 */
export function applyAdapter(network: Network, bytes: Uint8Array, from = 'the adapter'): void {
  const { arrays, metadata } = decodeSafetensors(bytes, from);
  if (metadata['format'] !== FORMAT) {
    throw new GraftError({ code: 'corrupt', what: `${from} is not a saved adapter.` });
  }
  const pairs = [...arrays].map(([name, { shape, data }]) => {
    const weight = network.weights.find((each) => each.name === name);
    if (weight === undefined || weight.shape.join() !== shape.join()) {
      throw new GraftError({
        code: 'bad-input',
        what: `${from} holds "${name}" of shape [${shape.join(', ')}].`,
        expected:
          weight === undefined ? 'The network has no such weight.' : `The network’s is [${weight.shape.join(', ')}].`,
        remedy: 'Adapt the network in the way that the adapter was made with: method, rank and targets.',
      });
    }
    return { weight, shape, data };
  });
  tf.tidy(() => {
    for (const { weight, shape, data } of pairs) weight.variable.assign(tf.tensor(data, [...shape], 'float32'));
  });
}
