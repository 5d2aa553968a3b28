import { GraftError, type TargetSpec } from '@graft-ml/core';
import { isMissing, numberIn } from './cells.js';
import { columnNumber, type Table } from './parse-table.js';

/** How a column becomes numbers. */
export type ColumnForm =
  | {
      readonly kind: 'number';
      readonly name: string;
      /** Of the training rows, missing cells left out: what missing cells become, and what (x − mean) / sd takes. */
      readonly mean: number;
      readonly sd: number;
      /** Whether a further number says, by 1 for yes, that the cell was missing. */
      readonly indicator: boolean;
    }
  | {
      readonly kind: 'category';
      readonly name: string;
      /** One number for each, 1 where the cell holds it. Cells that hold none of them are 0 everywhere. */
      readonly values: readonly string[];
    };

/** How a table's rows become examples. Plain JSON, so that it can be kept with a model. */
export interface TableForm {
  readonly columns: readonly ColumnForm[];
  /** The column that is to be told. */
  readonly target: string;
  readonly spec: TargetSpec;
  /** Of a target of values in the training rows: they are trained on as (y − mean) / sd. */
  readonly scale?: { readonly mean: number; readonly sd: number };
}

export interface TableFormOptions {
  /** The column that is to be told: numbers become values, anything else classes. */
  readonly target: string;
  /** The training rows; nothing is learned from the others. Default all. */
  readonly rows?: ArrayLike<number>;
  /** Columns to leave out, such as identifiers. */
  readonly without?: readonly string[];
}

/** A column of more different texts than this is none of categories. */
const MOST_CATEGORIES = 256;

/**
 * Learn from training rows how a table becomes numbers: columns of numbers are standardised, their missing cells become the
 * mean and a further number says that they were missing; columns of text become one number for each category.
 *
 * @throws GraftError `not-found` for a column that is not there; `bad-input` for a target with missing cells or one value
 *   only, a column of too many different texts, or no columns left
 */
export function fitTableForm(table: Table, options: TableFormOptions): TableForm {
  const rows = Array.from(options.rows ?? table.rows.keys());
  const { target, without = [] } = options;
  for (const name of without) columnNumber(table, name);
  const cellsOf = (name: string): string[] => {
    const column = columnNumber(table, name);
    return rows.map((row) => table.rows[row]?.[column] ?? '');
  };
  const columns = table.columns.flatMap((name) =>
    name === target || without.includes(name) ? [] : columnForm(name, cellsOf(name)),
  );
  if (columns.length === 0) {
    throw new GraftError({ code: 'bad-input', what: 'The table has no columns to learn from.' });
  }
  return { columns, target, ...targetForm(target, cellsOf(target)) };
}

function columnForm(name: string, cells: readonly string[]): ColumnForm[] {
  const numbers = cells.map(numberIn);
  const known = numbers.filter((value) => value !== undefined);
  if (known.length === 0) return [];
  if (!known.some(Number.isNaN)) {
    const { mean, sd } = spread(known);
    const indicator = known.length < cells.length;
    // A column that never varies says nothing.
    return sd === 0 && !indicator ? [] : [{ kind: 'number', name, mean, sd: sd === 0 ? 1 : sd, indicator }];
  }
  const values = [...new Set(cells.filter((cell) => !isMissing(cell)))].sort((a, b) => (a < b ? -1 : 1));
  if (values.length <= MOST_CATEGORIES) return [{ kind: 'category', name, values }];
  throw new GraftError({
    code: 'bad-input',
    what: `The column "${name}" holds ${values.length} different texts.`,
    expected: `At most ${MOST_CATEGORIES} categories were expected.`,
    remedy: `Leave it out (without: ["${name}"]), or write numbers in it.`,
  });
}

function targetForm(name: string, cells: readonly string[]): Pick<TableForm, 'spec' | 'scale'> {
  const missing = cells.findIndex(isMissing);
  const numbers = cells.map((cell) => numberIn(cell) ?? Number.NaN);
  const labels = [...new Set(cells)].sort((a, b) => (a < b ? -1 : 1));
  if (missing >= 0 || labels.length < 2) {
    throw new GraftError({
      code: 'bad-input',
      what:
        missing >= 0
          ? `The target "${name}" is missing in training row ${missing}.`
          : `The target "${name}" is the same in every row.`,
      expected: 'A target in every row, and two different ones at least, were expected.',
    });
  }
  if (numbers.some(Number.isNaN)) return { spec: { kind: 'classes', labels } };
  return { spec: { kind: 'values', names: [name] }, scale: spread(numbers) };
}

function spread(values: readonly number[]): { mean: number; sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, sd: Math.sqrt(variance) };
}
