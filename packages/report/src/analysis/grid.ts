import { GraftError, type ResultRow, type RunRecord } from '@graft-ml/core';
import { plural } from '../text/lists.js';

/** The recipe that every other one is measured against: the same network without transfer. */
export const BASELINE = 'scratch';

/**
 * What a row or run is called in tables and charts: its recipe, with the backbone behind it where a comparison has several. Two
 * rows of one label count never share it.
 */
export function methodOf({ recipe, backbone }: Pick<RunRecord, 'recipe' | 'backbone'>): string {
  return backbone === undefined ? recipe : `${recipe} · ${backbone}`;
}

/** Whether a method is the baseline, of whichever backbone. */
export function isBaseline(method: string): boolean {
  return method === BASELINE || method.startsWith(`${BASELINE} · `);
}

/** The rows of a comparison, by method and label count. A comparison that was cut short leaves holes. */
export interface Grid {
  /** Methods (`methodOf`), in the order in which they appear in the record. */
  readonly recipes: readonly string[];
  /** Ascending. */
  readonly labelCounts: readonly number[];
  /** Union over all rows, ascending. */
  readonly seeds: readonly number[];
  row(recipe: string, labels: number): ResultRow | undefined;
  /** The baseline of a row: of its own backbone and label count. */
  baselineOf(row: ResultRow): ResultRow | undefined;
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
    const key = keyOf(methodOf(row), row.labels);
    if (cells.has(key)) {
      throw new GraftError({
        code: 'bad-input',
        what: `The record holds two rows for recipe "${methodOf(row)}" with ${row.labels} labels.`,
        expected: 'Each recipe must stand once at each label count.',
      });
    }
    cells.set(key, row);
  }
  return {
    recipes: [...new Set(rows.map(methodOf))],
    labelCounts: ascending(rows.map((row) => row.labels)),
    seeds: ascending(rows.flatMap((row) => row.seeds)),
    row: (recipe, labels) => cells.get(keyOf(recipe, labels)),
    baselineOf: ({ backbone, labels }) =>
      cells.get(keyOf(methodOf({ recipe: BASELINE, ...(backbone === undefined ? {} : { backbone }) }), labels)),
  };
}

/** `3 seeds`, or `1 to 3 seeds` where some rows have fewer. */
export function seedsInWords(grid: Grid): string {
  const counts = grid.recipes.flatMap((recipe) =>
    grid.labelCounts.flatMap((labels) => grid.row(recipe, labels)?.seeds.length ?? []),
  );
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return `${least === most ? '' : `${least} to `}${plural(most, 'seed')}`;
}

/** Whether a row is over fewer seeds than the comparison has. */
export function isPartial(row: ResultRow, grid: Grid): boolean {
  return row.seeds.length < grid.seeds.length;
}

function keyOf(recipe: string, labels: number): string {
  return `${labels} ${recipe}`;
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
