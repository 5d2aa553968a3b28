import { GraftError, type ResultRow } from '@graft-ml/core';

/** The recipe that every other one is measured against: the same network without transfer. */
export const BASELINE = 'scratch';

/** The rows of a comparison, by recipe and label count. A run that was cut short leaves holes. */
export interface Grid {
  /** In the order in which they appear in the record. */
  readonly recipes: readonly string[];
  /** Ascending. */
  readonly labelCounts: readonly number[];
  /** Union over all rows, ascending. */
  readonly seeds: readonly number[];
  row(recipe: string, labels: number): ResultRow | undefined;
}

/**
 * @throws GraftError `bad-input` when there are no rows, or two for the same recipe and label count
 */
export function gridOf(rows: readonly ResultRow[]): Grid {
  if (rows.length === 0) {
    throw new GraftError({
      code: 'bad-input',
      what: 'The record holds no results.',
      expected: 'A report needs at least one row: a recipe at a label count.',
      remedy: 'Let the comparison finish at least one recipe, then write the report again.',
    });
  }
  const cells = new Map<string, ResultRow>();
  for (const row of rows) {
    const key = keyOf(row.recipe, row.labels);
    if (cells.has(key)) {
      throw new GraftError({
        code: 'bad-input',
        what: `The record holds two rows for recipe "${row.recipe}" with ${row.labels} labels.`,
        expected: 'Each recipe must stand once at each label count.',
      });
    }
    cells.set(key, row);
  }
  return {
    recipes: [...new Set(rows.map((row) => row.recipe))],
    labelCounts: ascending(rows.map((row) => row.labels)),
    seeds: ascending(rows.flatMap((row) => row.seeds)),
    row: (recipe, labels) => cells.get(keyOf(recipe, labels)),
  };
}

function keyOf(recipe: string, labels: number): string {
  return `${labels} ${recipe}`;
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
