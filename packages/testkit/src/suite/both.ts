import { cpu } from '@graft-ml/backend-cpu';
import { useBackend, type Backend } from '@graft-ml/core';
import { compareRuns, DEFAULT_TOLERANCE, type TrainedNet } from '@graft-ml/parity';

/**
 * Train on the cpu backend, then on `backend`, and compare.
 *
 * @throws Error that says how far apart the losses or the weights are
 */
export async function sameOnBoth(backend: Backend, train: () => Promise<TrainedNet>): Promise<TrainedNet> {
  await useBackend(cpu());
  const expected = await train();
  await useBackend(backend);
  const found = await train();
  assertClose(found, expected);
  return found;
}

export function assertClose(found: TrainedNet, expected: TrainedNet): void {
  const { loss, weights, furthest } = compareRuns(found, expected);
  if (loss <= DEFAULT_TOLERANCE.loss && weights <= DEFAULT_TOLERANCE.weights) return;
  throw new Error(
    `Losses are apart by ${loss} and weights by ${weights} (${furthest}): ` +
      `[${found.losses.join(', ')}] instead of [${expected.losses.join(', ')}].`,
  );
}

/** @throws Error unless both runs are the same to the last bit */
export function assertIdentical(found: TrainedNet, expected: TrainedNet): void {
  const { loss, weights, furthest } = compareRuns(found, expected);
  if (loss !== 0 || weights !== 0) throw new Error(`Two runs differ: losses by ${loss}, ${furthest} by ${weights}.`);
}
