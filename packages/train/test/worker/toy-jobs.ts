import { createRng, GraftError, networkOf } from '@graft-ml/core';
import { arrayDataset, type Dataset } from '@graft-ml/datasets';
import * as layers from '@tensorflow/tfjs-layers';
import { adam, fit } from '../../src/index.js';
import type { JobContext } from '../../src/worker/index.js';

/** Points around two centres, told apart in a few steps. */
function points(count: number): Dataset {
  const rng = createRng(3);
  const targets = Int32Array.from({ length: count }, (_, index) => index % 2);
  return arrayDataset({
    name: 'points',
    inputs: [
      { data: Float32Array.from({ length: 2 * count }, (_, at) => ((at >> 1) % 2) + 0.2 * rng.normal()), shape: [2] },
    ],
    targets,
    target: { kind: 'classes', labels: ['low', 'high'] },
  });
}

export interface ToyOutcome {
  readonly weights: Float32Array;
  readonly steps: number;
}

/** Train a tiny network; the same call gives the same weights anywhere. */
async function train(
  { steps, seed }: { readonly steps: number; readonly seed: number },
  { signal, onEvent, transfer }: JobContext,
): Promise<ToyOutcome> {
  const dense = layers.layers.dense({ units: 2, activation: 'softmax', inputShape: [2], kernelInitializer: 'zeros' });
  const model = layers.sequential({ layers: [dense] });
  const network = networkOf(model);
  const training = fit({
    network,
    data: points(64),
    optimizer: adam({ learningRate: 0.1 }),
    steps,
    batchSize: 8,
    seed,
    signal,
  });
  for await (const event of training) onEvent(event);
  const result = await training.result();
  const [kernel] = model.getWeights();
  const weights = Float32Array.from((await kernel?.data()) ?? []);
  model.dispose();
  transfer(weights.buffer);
  return { weights, steps: result.steps };
}

export const toyJobs = {
  train,
  refuse: (what: string): Promise<never> =>
    Promise.reject(
      new GraftError({ code: 'bad-input', what, expected: 'Something else.', remedy: 'Do another thing.' }),
    ),
  crash: (what: string): Promise<never> => Promise.reject(new RangeError(what)),
  unsendable: (): Promise<() => void> => Promise.resolve(() => undefined),
};
