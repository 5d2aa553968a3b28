import * as tf from '@tensorflow/tfjs-core';
import { GraftError, throwIfCancelled, type Network } from '@graft-ml/core';
import { disposeBatch, type Dataset } from '@graft-ml/datasets';

/** What values are standardised by: (y − mean) / sd, one of each for each value. */
export interface TargetScale {
  readonly mean: readonly number[];
  readonly sd: readonly number[];
}

const BATCH = 512;

/**
 * The mean and standard deviation (divided by n, as scikit-learn's `StandardScaler` has it) of each value of the training targets. A
 * value that never changes has an sd of 1.
 *
 * @throws GraftError `bad-input` unless the targets are values, or when there are no examples; `cancelled`
 */
export async function targetScale(train: Dataset, signal?: AbortSignal): Promise<TargetScale> {
  if (train.target.kind !== 'values' || train.size === 0) {
    throw new GraftError({
      code: 'bad-input',
      what: `"${train.name}" has ${train.size} examples with targets of kind "${train.target.kind}".`,
      expected: 'At least one example with values as targets was expected.',
    });
  }
  const width = train.target.names.length;
  const sums = new Float64Array(width);
  const rows: Float32Array[] = [];
  for (let from = 0; from < train.size; from += BATCH) {
    throwIfCancelled(signal, `reading the targets of "${train.name}"`);
    const batch = await train.batch(
      Int32Array.from({ length: Math.min(BATCH, train.size - from) }, (_, at) => from + at),
    );
    try {
      const values = Float32Array.from(await batch.targets.data());
      for (const [at, value] of values.entries()) sums[at % width] = (sums[at % width] ?? 0) + value;
      rows.push(values);
    } finally {
      disposeBatch(batch);
    }
  }
  const mean = Array.from(sums, (sum) => sum / train.size);
  const squares = new Float64Array(width);
  for (const values of rows) {
    for (const [at, value] of values.entries())
      squares[at % width] = (squares[at % width] ?? 0) + (value - (mean[at % width] ?? 0)) ** 2;
  }
  const sd = Array.from(squares, (sum) => Math.sqrt(sum / train.size)).map((each) => (each > 1e-12 ? each : 1));
  return { mean, sd };
}

/** The same examples with standardised targets. */
export function scaledTargets(data: Dataset, { mean, sd }: TargetScale): Dataset {
  return {
    ...data,
    name: `${data.name} (scaled)`,
    fingerprint: async () => `${await data.fingerprint()} scaled ${JSON.stringify([mean, sd])}`,
    async batch(indices) {
      const batch = await data.batch(indices);
      const targets = tf.tidy(() => tf.div(tf.sub(batch.targets, tf.tensor1d([...mean])), tf.tensor1d([...sd])));
      batch.targets.dispose();
      return { ...batch, targets };
    },
  };
}

/**
 * Let a network that learnt standardised targets give values in their own units: its output layer, which is dense and linear, takes
 * the scaling back. So it is a part of the model, and of its bundle.
 *
 * @throws GraftError `bad-input` for another kind of output layer
 */
export function unscaleOutputs(network: Network, { mean, sd }: TargetScale): void {
  const last = network.nodes.find(({ outputs }) => outputs[0] === network.outputs[0]);
  const weight = (name: string): tf.Variable | undefined =>
    network.weights.find((each) => last?.weights.includes(each.name) === true && each.name.endsWith(name))?.variable;
  const [kernel, bias] = [weight('/kernel'), weight('/bias')];
  const isLinear = last?.kind === 'Dense' && (last.layer.getConfig()['activation'] ?? 'linear') === 'linear';
  if (!isLinear || kernel === undefined || bias === undefined || bias.size !== sd.length) {
    throw new GraftError({
      code: 'bad-input',
      what: `The output layer "${last?.path ?? ''}" (${last?.kind ?? 'none'}) cannot take the scaling of ${sd.length} values back.`,
      expected: 'A linear dense layer with a bias and as many outputs was expected.',
    });
  }
  tf.tidy(() => {
    const factors = tf.tensor1d([...sd]);
    kernel.assign(tf.mul(kernel, factors));
    bias.assign(tf.add(tf.mul(bias, factors), tf.tensor1d([...mean])));
  });
}
