import type { ResultRow } from '@graft-ml/core';
import { meanInterval } from '@graft-ml/metrics';
import { BASELINE, type Grid } from './grid.js';

/** What a comparison shows at one label count. */
export interface Finding {
  readonly labels: number;
  /** With several backbones, the best of their baselines. */
  readonly baseline: ResultRow | undefined;
  /** The transfer recipe (any but the baseline) with the highest mean. */
  readonly best: ResultRow | undefined;
  /** Mean of `best` minus mean of the baseline, as a fraction; NaN when either is missing. */
  readonly gain: number;
  /**
   * `above` and `below`: the 95 % interval of the paired difference leaves out 0; `within`: it does not; `unknown`: fewer
   * than two seeds in common, or no baseline.
   * Also `below` when the record marks the row as negative transfer.
   */
  readonly gainIs: Separation;
  /** Rows that the record marks as negative transfer, worst first. */
  readonly negative: readonly ResultRow[];
  /** The row that is `above` every other row, if there is one. */
  readonly clearWinner: ResultRow | undefined;
}

export type Separation = 'above' | 'within' | 'below' | 'unknown';

export function findingsOf(grid: Grid): Finding[] {
  return grid.labelCounts.map((labels) => {
    const rows = grid.recipes.flatMap((recipe) => grid.row(recipe, labels) ?? []);
    const baseline = highest(rows.filter((row) => row.recipe === BASELINE));
    const best = highest(rows.filter((row) => row.recipe !== BASELINE));
    const negative = rows
      .filter((row) => row.negativeTransfer)
      .sort((a, b) => a.testAccuracy.mean - b.testAccuracy.mean);
    return {
      labels,
      baseline,
      best,
      gain: best && baseline ? best.testAccuracy.mean - baseline.testAccuracy.mean : Number.NaN,
      gainIs: best && baseline ? gainOf(best, baseline) : 'unknown',
      negative,
      clearWinner: clearWinnerOf(rows),
    };
  });
}

/** What the record marks as negative transfer was tested seed by seed, which finds more than comparing ranges does. */
function gainOf(best: ResultRow, baseline: ResultRow): Separation {
  return best.negativeTransfer ? 'below' : separation(best, baseline);
}

/** Where row `a` lies against row `b`, by the 95 % interval of their difference over the seeds that both ran. */
export function separation(a: ResultRow, b: ResultRow): Separation {
  const interval = meanInterval(differences(a, b));
  if (interval === undefined || !Number.isFinite(interval.mean)) return 'unknown';
  if (interval.low > 0) return 'above';
  return interval.high < 0 ? 'below' : 'within';
}

function differences(a: ResultRow, b: ResultRow): number[] {
  return a.seeds.flatMap((seed, at) => {
    const other = b.testAccuracy.values[b.seeds.indexOf(seed)];
    const own = a.testAccuracy.values[at];
    return own === undefined || other === undefined ? [] : [own - other];
  });
}

function clearWinnerOf(rows: readonly ResultRow[]): ResultRow | undefined {
  const best = highest(rows);
  const others = rows.filter((row) => row !== best);
  if (!best || others.length === 0) return undefined;
  return others.every((other) => separation(best, other) === 'above') ? best : undefined;
}

function highest(rows: readonly ResultRow[]): ResultRow | undefined {
  return rows.reduce<ResultRow | undefined>(
    (best, row) => (best && best.testAccuracy.mean >= row.testAccuracy.mean ? best : row),
    undefined,
  );
}
