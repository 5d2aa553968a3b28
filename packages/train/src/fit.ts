import { GraftError } from '@graft-ml/core';
import type { TrainEvent } from './events.js';
import type { FitOptions, TrainResult } from './fit-options.js';
import { trainingLoop } from './loop/training-loop.js';

/**
 * A training that runs as its events are pulled. Leaving the iteration early stops it and cleans up; the weights are
 * then as the last step left them. It runs once: iterating again goes on with the same run.
 */
export interface Training extends AsyncIterable<TrainEvent> {
  /**
   * Run to the end (or what is left of it) without looking at the events.
   *
   * @throws whatever stopped the training; GraftError `cancelled` when its iteration was left early
   */
  result(): Promise<TrainResult>;
}

/**
 * Train a network in place on a dataset. Nothing happens until events are pulled, by `for await` or by `result()`;
 * errors come from there too.
 *
 * One seed fixes the order of examples and all noise: two runs on one engine and machine give identical weights, and a
 * run resumed from a checkpoint those of one that was never interrupted, bit for bit.
 *
 * @throws GraftError (when pulled) `bad-input` for empty data, a batch larger than the data, nothing trainable, labels
 *   outside the head's classes or options that contradict each other; `not-found` for a mistyped weight or metric;
 *   `diverged` for NaN, naming step and parameter group; `cancelled`; `engine-lost`, naming the checkpoint to go on from; `corrupt` and `storage` from checkpoints
 *
 * @example
 * ```ts
 * import * as layers from '@tensorflow/tfjs-layers';
 * import { networkOf } from '@graft-ml/core';
 * import { arrayDataset } from '@graft-ml/datasets';
 * import { adam, fit } from '@graft-ml/train';
 * const model = layers.sequential({ layers: [layers.layers.dense({ units: 2, inputShape: [2], activation: 'softmax' })] });
 * const data = arrayDataset({
 *   name: 'tiny',
 *   inputs: [{ data: new Float32Array([1, 0, 0, 1, 1, 0, 0, 1]), shape: [2] }],
 *   targets: new Int32Array([0, 1, 0, 1]),
 *   target: { kind: 'classes', labels: ['left', 'right'] },
 * });
 * const training = fit({ network: networkOf(model), data, optimizer: adam({ learningRate: 0.1 }), steps: 5, batchSize: 2, seed: 1 });
 * for await (const event of training) if (event.type === 'step') console.log(event.step, event.loss);
 * ```
 */
export function fit(options: FitOptions): Training {
  return new PulledTraining(options);
}

class PulledTraining implements Training {
  readonly #loop: AsyncGenerator<TrainEvent, TrainResult | undefined>;
  #outcome: { readonly result: TrainResult } | { readonly error: unknown } | undefined;

  constructor(options: FitOptions) {
    this.#loop = trainingLoop(options);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TrainEvent, void> {
    try {
      for (;;) {
        const next = await this.#pull();
        if (next === undefined) return;
        yield next;
      }
    } finally {
      // Reached by the end, by errors, and by a consumer that left: only then is there anything to stop.
      if (this.#outcome === undefined) await this.#stop();
    }
  }

  async result(): Promise<TrainResult> {
    while (this.#outcome === undefined) await this.#pull();
    if ('error' in this.#outcome) throw this.#outcome.error;
    return this.#outcome.result;
  }

  async #pull(): Promise<TrainEvent | undefined> {
    if (this.#outcome !== undefined) return undefined;
    try {
      const next = await this.#loop.next();
      if (next.done !== true) return next.value;
      this.#outcome = next.value === undefined ? { error: leftEarly() } : { result: next.value };
    } catch (error) {
      this.#outcome = { error };
      throw error;
    }
    return undefined;
  }

  async #stop(): Promise<void> {
    this.#outcome = { error: leftEarly() };
    await this.#loop.return(undefined);
  }
}

function leftEarly(): GraftError {
  return new GraftError({
    code: 'cancelled',
    what: 'The training was stopped: the iteration over its events was left.',
  });
}
