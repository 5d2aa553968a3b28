import type { ExperimentRecord, RunRecord } from '@graft-ml/core';
import { wilsonInterval } from '@graft-ml/metrics';
import { count, percent } from '../text/numbers.js';
import type { Verdict } from './verdict.js';

/** The run of a record that compares nothing, such as `graft train` writes; undefined for a comparison. */
export function singleRun(record: ExperimentRecord): RunRecord | undefined {
  const [run] = record.runs;
  const alone = record.runs.length === 1 && record.rows.length === 1;
  return alone && record.missingRuns === undefined && record.backbones === undefined ? run : undefined;
}

/** How good it is, and how sure that is. */
export function singleVerdict({ target }: ExperimentRecord, { testAccuracy }: RunRecord): Verdict {
  const right = Math.round(testAccuracy * target.testExamples);
  const known = Number.isSafeInteger(right) && right >= 0 && right <= target.testExamples && target.testExamples > 0;
  const { low, high } = known ? wilsonInterval(right, target.testExamples) : { low: Number.NaN, high: Number.NaN };
  return {
    tone: 'unclear',
    headline: `${percent(testAccuracy)}% of the test examples are told right`,
    sentences: [
      `That is ${count(right)} of ${count(target.testExamples)}: with 95 % confidence, between ${percent(low)}% and ${percent(high)}% of examples of their kind (Wilson’s interval).`,
      'One run cannot say whether transfer helped; graft compare sets it against the same network trained from scratch.',
    ],
  };
}
