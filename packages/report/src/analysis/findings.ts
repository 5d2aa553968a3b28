import type { ResultRow } from '@graft-ml/core';
import { BASELINE, type Grid } from './grid.js';

/** What a comparison shows at one label count. */
export interface Finding {
  readonly labels: number;
  readonly baseline: ResultRow | undefined;
  /** The transfer recipe (any but the baseline) with the highest mean. */
  readonly best: ResultRow | undefined;
  /** Mean of `best` minus mean of the baseline, as a fraction; NaN when either is missing. */
  readonly gain: number;
  /**
   * `above` and `below`: the ranges mean ± sd do not touch; `within`: they do; `unknown`: no spread, or no baseline.
   * Also `below` when the record marks the row as negative transfer.
   */
  readonly gainIs: Separation;
  /** Rows that the record marks as negative transfer, worst first. */
  readonly negative: readonly ResultRow[];
  /** The row whose mean − sd is above every other row's mean + sd, if there is one. */
  readonly clearWinner: ResultRow | undefined;
}

export type Separation = 'above' | 'within' | 'below' | 'unknown';

export function findingsOf(grid: Grid): Finding[] {
  return grid.labelCounts.map((labels) => {
    const rows = grid.recipes.flatMap((recipe) => grid.row(recipe, labels) ?? []);
    const baseline = rows.find((row) => row.recipe === BASELINE);
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

/** Where row `a` lies against row `b`, judged by the spread between seeds; with one seed there is none to judge by. */
export function separation(a: ResultRow, b: ResultRow): Separation {
  const [first, second] = [rangeOf(a), rangeOf(b)];
  if (!first || !second) return 'unknown';
  if (first.low > second.high) return 'above';
  return first.high < second.low ? 'below' : 'within';
}

function rangeOf({ testAccuracy: { mean, sd, values } }: ResultRow): { low: number; high: number } | undefined {
  return values.length < 2 || !Number.isFinite(sd) ? undefined : { low: mean - sd, high: mean + sd };
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
