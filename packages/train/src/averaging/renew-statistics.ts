import * as tf from '@tensorflow/tfjs-core';
import { createRng, forward, GraftError, throwIfCancelled, type Network, type NetworkNode } from '@graft-ml/core';
import { disposeBatch, type Batch, type Dataset } from '@graft-ml/datasets';
import { checkNumber } from '../check-number.js';
import { WeightSnapshot } from '../loop/weight-snapshot.js';

export interface RenewOptions {
  /** Names of frozen weights: statistics among them stay as they are. */
  readonly frozen?: ReadonlySet<string> | undefined;
  /** Examples a batch, the same as in training. Default 32. */
  readonly batchSize?: number | undefined;
  /** Which examples meet in a batch, and dropout. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** What the batches so far had, for one BatchNorm. */
interface Sums {
  examples: number;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/**
 * Compute BatchNorm's moving means and variances anew, in one pass over the data in training mode: after weights were averaged,
 * the statistics that training left belong to none of them (Izmailov et al. 2018, https://arxiv.org/abs/1803.05407, section
 * 3.2). Each becomes the mean over the batches of what the batch had, as in PyTorch's `update_bn`; variances are those that
 * training normalises by (divided by n).
 *
 * @returns how many BatchNorm layers were renewed
 * @throws GraftError `bad-input` for a batch size that is no whole number; `cancelled`, and then nothing is changed
 */
export async function renewStatistics(network: Network, data: Dataset, options: RenewOptions): Promise<number> {
  const { frozen = new Set<string>(), seed, signal } = options;
  const batchSize = checkNumber('batchSize is', options.batchSize ?? 32, 'above 0 and whole');
  const norms = network.nodes.filter((node) => {
    const mean = weightOf(node, 'moving_mean');
    return node.kind === 'BatchNormalization' && mean !== undefined && !frozen.has(mean);
  });
  const before = norms.flatMap(({ weights }) =>
    network.weights.filter(({ name, statistic }) => statistic && weights.includes(name)),
  );
  const kept = new WeightSnapshot(before);
  kept.take();
  const sums = new Map<NetworkNode, Sums>();
  const rng = createRng(seed).fork('renew');
  const order = rng.fork('order').permutation(data.size);
  try {
    for (let from = 0; norms.length > 0 && from < data.size; from += batchSize) {
      throwIfCancelled(signal, 'computing BatchNorm’s statistics anew');
      const batch = await data.batch(order.subarray(from, from + batchSize));
      try {
        for (const [at, moments] of momentsOf(network, norms, batch, frozen, rng.fork(from)).entries()) {
          const node = norms[at];
          if (node !== undefined) await addTo(sums, node, moments, batch.indices.length);
        }
      } finally {
        disposeBatch(batch);
      }
    }
  } finally {
    // Training mode moved them; they are as they were until all of the new ones are known.
    kept.restore();
    kept.dispose();
  }
  for (const [node, { examples, mean, variance }] of sums) {
    for (const [part, values] of [
      ['moving_mean', mean],
      ['moving_variance', variance],
    ] as const) {
      const weight = network.weights.find(({ name }) => name === weightOf(node, part));
      tf.tidy(() => {
        weight?.variable.assign(
          tf.tensor1d(
            Float32Array.from(values, (value) => value / examples),
            'float32',
          ),
        );
      });
    }
  }
  return norms.length;
}

/** Means and variances of what each of these nodes was given, [mean, variance] a node. */
function momentsOf(
  network: Network,
  norms: readonly NetworkNode[],
  batch: Batch,
  frozen: ReadonlySet<string>,
  rng: ReturnType<typeof createRng>,
): tf.Tensor[][] {
  const makerOf = (norm: NetworkNode): NetworkNode | undefined =>
    network.nodes.find(({ outputs }) => outputs[0] === norm.inputs[0]);
  return tf.tidy(() => {
    const seen = new Map<string, tf.Tensor>();
    const watched = new Set(norms.flatMap((norm) => makerOf(norm)?.path ?? []));
    const onNode = ({ path }: NetworkNode, output: tf.Tensor): void => void seen.set(path, output);
    forward(network, batch.inputs, { training: true, frozen, rng, onNode, watched });
    return norms.map((node) => {
      const maker = makerOf(node);
      const x = maker === undefined ? batch.inputs[network.inputs.indexOf(node.inputs[0] ?? -1)] : seen.get(maker.path);
      if (x === undefined) throw new GraftError({ code: 'internal', what: `"${node.path}" was given nothing.` });
      const axis = node.layer.getConfig()['axis'];
      const channels = typeof axis === 'number' && axis >= 0 ? axis : x.rank - 1;
      const others = Array.from({ length: x.rank }, (_, each) => each).filter((each) => each !== channels);
      const { mean, variance } = tf.moments(x, others);
      return [mean, variance];
    });
  });
}

async function addTo(
  sums: Map<NetworkNode, Sums>,
  node: NetworkNode,
  [mean, variance]: readonly tf.Tensor[],
  examples: number,
): Promise<void> {
  if (mean === undefined || variance === undefined) return;
  const [means, variances] = [await mean.data(), await variance.data()];
  tf.dispose([mean, variance]);
  const own = sums.get(node) ?? {
    examples: 0,
    mean: new Float64Array(means.length),
    variance: new Float64Array(means.length),
  };
  own.examples += examples;
  for (const [at, value] of means.entries()) own.mean[at] = (own.mean[at] ?? 0) + value * examples;
  for (const [at, value] of variances.entries()) own.variance[at] = (own.variance[at] ?? 0) + value * examples;
  sums.set(node, own);
}

function weightOf(node: NetworkNode, part: string): string | undefined {
  return node.weights.find((name) => name.endsWith(`/${part}`));
}
