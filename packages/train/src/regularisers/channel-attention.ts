import * as tf from '@tensorflow/tfjs-core';
import { GraftError, type Network, type NetworkWeight } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import { evaluate } from '../evaluate.js';
import { WeightSnapshot } from '../loop/weight-snapshot.js';

/**
 * How much each output channel of some layers matters for a task: the softmax, over a layer's channels, of how much the
 * loss rises when the channel is silenced (DELTA, Li et al. 2019, https://arxiv.org/abs/1901.09229, eq. 7–8). One pass over
 * the data for each channel: give it a small sample.
 *
 * @param network a network that already solves the task somewhat: the source with a head trained on it
 * @param paths layers with a kernel whose last axis is the channels (dense, convolution)
 * @returns by path, as many shares as the layer has channels, adding up to 1
 * @throws GraftError `bad-input` for a path without such a kernel; `cancelled`
 */
export async function channelAttention(
  network: Network,
  data: Dataset,
  paths: readonly string[],
  options: { readonly signal?: AbortSignal } = {},
): Promise<ReadonlyMap<string, readonly number[]>> {
  const attentions = new Map<string, readonly number[]>();
  const { loss: whole } = await evaluate(network, data, options);
  for (const path of paths) {
    const own = network.weights.filter(({ name }) => name === `${path}/kernel` || name === `${path}/bias`);
    const channels = own.find(({ name }) => name.endsWith('/kernel'))?.shape.at(-1);
    if (channels === undefined) {
      throw new GraftError({
        code: 'bad-input',
        what: `The layer "${path}" has no kernel.`,
        expected: 'Dense layers and convolutions were expected.',
      });
    }
    const rises: number[] = [];
    for (let channel = 0; channel < channels; channel++) {
      const { loss } = await without(own, channel, () => evaluate(network, data, options));
      rises.push(loss - whole);
    }
    attentions.set(path, softmax(rises));
  }
  return attentions;
}

/** Do something while one channel of a layer gives zeros; the weights are put back as they were, byte for byte. */
async function without<R>(weights: readonly NetworkWeight[], channel: number, work: () => Promise<R>): Promise<R> {
  const kept = new WeightSnapshot(weights);
  kept.take();
  try {
    for (const { variable, shape } of weights) {
      tf.tidy(() => {
        const channels = shape.at(-1) ?? 1;
        const mask = tf.tensor1d(Array.from({ length: channels }, (_, at) => (at === channel ? 0 : 1)));
        variable.assign(tf.mul(variable, mask));
      });
    }
    return await work();
  } finally {
    kept.restore();
    kept.dispose();
  }
}

function softmax(values: readonly number[]): number[] {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
