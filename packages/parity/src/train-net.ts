import { networkOf } from '@graft-ml/core';
import { adam, fit } from '@graft-ml/train';
import type { ParityNet } from './nets/parity-net.js';

/** What a training left: plain numbers, which outlive the engine. */
export interface TrainedNet {
  /** The loss of each step, before its update. */
  readonly losses: readonly number[];
  /** Every weight and statistic after the last step, by name. */
  readonly weights: Readonly<Record<string, readonly number[]>>;
}

/**
 * Train a network from its fixed seed with Adam on the engine that is selected. Leaves no tensor behind.
 *
 * @param steps at least 1
 * @throws what training throws, e.g. GraftError `diverged`, `cancelled` or `engine-lost`
 */
export async function trainNet(net: ParityNet, steps: number, signal?: AbortSignal): Promise<TrainedNet> {
  const model = net.build();
  try {
    const network = networkOf(model);
    const losses: number[] = [];
    const training = fit({
      network,
      data: net.data(),
      steps,
      batchSize: net.batchSize,
      optimizer: adam({ learningRate: 1e-3 }),
      seed: 3,
      signal,
    });
    for await (const event of training) if (event.type === 'step') losses.push(event.loss);
    const weights: Record<string, number[]> = {};
    for (const { name, variable } of network.weights) weights[name] = [...(await variable.data())];
    return { losses, weights };
  } finally {
    model.dispose();
  }
}
