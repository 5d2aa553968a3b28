import * as tf from '@tensorflow/tfjs-core';
import { GraftError, memoryStore, networkOf, useBackend, type Backend } from '@graft-ml/core';
import { adam, fit, type Training } from '@graft-ml/train';
import type { TrainedNet } from '@graft-ml/parity';
import { assertIdentical } from './both.js';
import { smallData, smallNet, weightsOf } from './small-net.js';

/**
 * Lose the engine in the midst of a training: it must end with `engine-lost` that names its last checkpoint, reads must
 * fail and not give zeros, and a resumed run on a new engine must equal one that was never interrupted.
 *
 * @param lose makes the engine that is selected lose its device or context
 */
export async function checkLostEngine(backend: Backend, lose: () => void): Promise<void> {
  await useBackend(backend);
  const whole = await run(() => undefined);
  const store = memoryStore();
  const kept = tf.ones([3]);
  // Values that the engine never saw need no engine.
  const computed = tf.add(kept, 1);
  const error = await run((step) => {
    if (step === 5) lose();
  }, store).catch((thrown: unknown) => thrown);
  if (!(error instanceof GraftError) || error.code !== 'engine-lost') {
    throw new Error(`The training ended with ${String(error)} instead of engine-lost.`);
  }
  if (!/go on from step 4, by \S*checkpoint/.test(error.message))
    throw new Error(`No checkpoint is named: ${error.message}`);
  const read = await computed.data().catch((thrown: unknown) => thrown);
  if (!(read instanceof GraftError)) throw new Error(`Reading after the loss gave ${String(read)}.`);
  await useBackend(backend);
  const [two] = await tf.add(tf.scalar(1), 1).data();
  if (two !== 2) throw new Error(`The new engine says that 1 + 1 is ${two}.`);
  const resumed = await run(() => undefined, store);
  assertIdentical({ ...resumed, losses: [] }, { ...whole, losses: [] });
}

async function run(onStep: (step: number) => void, store = memoryStore()): Promise<TrainedNet> {
  const network = networkOf(smallNet([]));
  const training: Training = fit({
    network,
    data: smallData(12, 5),
    steps: 8,
    batchSize: 4,
    optimizer: adam(),
    seed: 4,
    checkpoint: { store, everySteps: 2 },
    resume: true,
  });
  for await (const event of training) if (event.type === 'step') onStep(event.step);
  return { losses: [], weights: await weightsOf(network) };
}
