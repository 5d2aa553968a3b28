import type { ResultRow, RunRecord } from '@graft-ml/core';
import { meanInterval } from '@graft-ml/metrics';
import { bootstrapInterval } from '@graft-ml/metrics/bootstrap';
import { epochsToTarget } from './epochs-to-target.js';
import { likelyCause } from './likely-cause.js';
import { average, isNegativeTransfer, standardDeviation } from './negative-transfer.js';

/**
 * The table of a comparison: one row for each recipe, label count and backbone, in the order in which they first ran. A row is
 * over the seeds that its own runs have.
 *
 * @param targetAccuracy the validation accuracy to count epochs to, where the runs were watched
 */
export function summarise(runs: readonly RunRecord[], testExamples: number, targetAccuracy?: number): ResultRow[] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.labels, run.recipe, run.backbone]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { backbone } = first;
    const baseline = runs.filter(
      (run) => run.recipe === 'scratch' && run.labels === first.labels && run.backbone === backbone,
    );
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
    const differences = first.recipe === 'scratch' ? [] : paired.map((pair) => pair.recipe - pair.scratch);
    const gain = meanInterval(differences);
    const bootstrap = differences.every(Number.isFinite) ? bootstrapInterval(differences) : undefined;
    const epochs = targetAccuracy === undefined ? undefined : epochsToTarget(group, targetAccuracy);
    const peaks = group.flatMap((run) => run.peakBytes ?? []);
    return [
      {
        recipe: first.recipe,
        ...(backbone === undefined ? {} : { backbone }),
        labels: first.labels,
        seeds: group.map((run) => run.seed),
        testAccuracy: { mean: average(values), sd: standardDeviation(values), values },
        trainSeconds: average(group.map((run) => run.trainSeconds)),
        trainableParameters: first.trainableParameters,
        negativeTransfer,
        ...(cause === undefined ? {} : { likelyCause: cause }),
        ...(interval === undefined ? {} : { interval: { low: interval.low, high: interval.high } }),
        ...(gain === undefined ? {} : { gain: { ...gain, ...(bootstrap === undefined ? {} : { bootstrap }) } }),
        ...(peaks.length === 0 ? {} : { peakBytes: Math.max(...peaks) }),
        ...(epochs === undefined ? {} : { epochsToTarget: epochs }),
        ...(first.settings === undefined ? {} : { settings: first.settings }),
      },
    ];
  });
}
