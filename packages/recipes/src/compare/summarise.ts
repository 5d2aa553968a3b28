import type { ResultRow, RunRecord } from '@graft-ml/core';
import { meanInterval } from '@graft-ml/metrics';
import { likelyCause } from './likely-cause.js';
import { average, isNegativeTransfer, standardDeviation } from './negative-transfer.js';

/** The table of a comparison: one row for each recipe and label count, in the order in which they first ran. */
export function summarise(runs: readonly RunRecord[], testExamples: number): ResultRow[] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const key = `${run.labels} ${run.recipe}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const baseline = runs.filter((run) => run.recipe === 'scratch' && run.labels === first.labels);
    // Only seeds that both ran can be paired.
    const paired = group.flatMap((run) => {
      const partner = baseline.find((each) => each.seed === run.seed);
      return partner === undefined ? [] : [{ recipe: run.testAccuracy, scratch: partner.testAccuracy }];
    });
    const values = group.map((run) => run.testAccuracy);
    const negativeTransfer =
      first.recipe !== 'scratch' &&
      paired.length > 0 &&
      isNegativeTransfer(
        paired.map((pair) => pair.recipe),
        paired.map((pair) => pair.scratch),
        testExamples,
      );
    const cause = negativeTransfer ? likelyCause(group, baseline) : undefined;
    const interval = meanInterval(values);
    const gain =
      first.recipe === 'scratch' ? undefined : meanInterval(paired.map((pair) => pair.recipe - pair.scratch));
    const peaks = group.flatMap((run) => run.peakBytes ?? []);
    return [
      {
        recipe: first.recipe,
        labels: first.labels,
        seeds: group.map((run) => run.seed),
        testAccuracy: { mean: average(values), sd: standardDeviation(values), values },
        trainSeconds: average(group.map((run) => run.trainSeconds)),
        trainableParameters: first.trainableParameters,
        negativeTransfer,
        ...(cause === undefined ? {} : { likelyCause: cause }),
        ...(interval === undefined ? {} : { interval: { low: interval.low, high: interval.high } }),
        ...(gain === undefined ? {} : { gain }),
        ...(peaks.length === 0 ? {} : { peakBytes: Math.max(...peaks) }),
        ...(first.settings === undefined ? {} : { settings: first.settings }),
      },
    ];
  });
}
