import type { ResultRow, RunRecord } from '@graft-ml/core';
import { average } from './negative-transfer.js';

/**
 * How many epochs runs took until a validation reached an accuracy.
 *
 * @param target a fraction
 * @returns the mean over the runs that reached it (NaN when none did), how many did and of how many; undefined when no run was
 *   validated
 */
export function epochsToTarget(runs: readonly RunRecord[], target: number): ResultRow['epochsToTarget'] {
  const watched = runs.filter(({ curve }) => curve.some((point) => point.validationAccuracy !== undefined));
  if (watched.length === 0) return undefined;
  const reached = watched.flatMap(
    ({ curve }) => curve.find((point) => (point.validationAccuracy ?? 0) >= target)?.epoch ?? [],
  );
  return { mean: average(reached), reached: reached.length, of: watched.length };
}
