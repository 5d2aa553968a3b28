import { GraftError } from '@graft-ml/core';
import { arrayDataset } from '../array-dataset.js';
import type { Dataset } from '../dataset.js';
import { numberIn } from './cells.js';
import { columnNumber, type Table } from './parse-table.js';
import type { ColumnForm, TableForm } from './table-form.js';

/** How many numbers a row becomes. */
export function tableWidth({ columns }: TableForm): number {
  return columns.reduce((sum, column) => sum + widthOf(column), 0);
}

/**
 * Rows of a table as a dataset: one input [width] float32. Targets of values are standardised by the training rows.
 *
 * @param rows which rows, in which order; default all
 * @throws GraftError `not-found` for a column that is not there; `bad-input` for a cell that is no number in a column of
 *   numbers, or a target that training rows did not have
 *
 * @example
 * ```ts
 * import { fitTableForm, parseTable, tableDataset } from '@graft-ml/datasets/table';
 * const table = parseTable('rooms,place,price\n3,inland,100\n,coast,300\n5,coast,350\n', 'homes');
 * const form = fitTableForm(table, { target: 'price' });
 * const homes = tableDataset(table, form, 'homes');
 * console.log(homes.inputShapes); // [[4]]: rooms, whether rooms is missing, coast, inland
 * ```
 */
export function tableDataset(table: Table, form: TableForm, name: string, rows?: ArrayLike<number>): Dataset {
  const chosen = Array.from(rows ?? table.rows.keys());
  const targetColumn = columnNumber(table, form.target);
  const targets = chosen.map((row) => targetOf(form, table.rows[row]?.[targetColumn] ?? '', row));
  return arrayDataset({
    name,
    inputs: [{ data: tableInputs(table, form, chosen), shape: [tableWidth(form)] }],
    targets: form.spec.kind === 'classes' ? Int32Array.from(targets) : Float32Array.from(targets),
    target: form.spec,
  });
}

/**
 * What a model is given for rows of a table, also of one without the target's column.
 *
 * @param rows which rows, in which order; default all
 * @returns [rows × width], row by row
 * @throws GraftError `not-found` for a column that is not there; `bad-input` for a cell that is no number in a column of
 *   numbers
 */
export function tableInputs(table: Table, form: TableForm, rows?: ArrayLike<number>): Float32Array {
  const chosen = Array.from(rows ?? table.rows.keys());
  const width = tableWidth(form);
  const data = new Float32Array(chosen.length * width);
  let to = 0;
  for (const column of form.columns) {
    const number = columnNumber(table, column.name);
    for (const [at, row] of chosen.entries()) {
      writeCell(column, table.rows[row]?.[number] ?? '', data, at * width + to, row);
    }
    to += widthOf(column);
  }
  return data;
}

function widthOf(column: ColumnForm): number {
  return column.kind === 'category' ? column.values.length : column.indicator ? 2 : 1;
}

function writeCell(column: ColumnForm, cell: string, data: Float32Array, at: number, row: number): void {
  if (column.kind === 'category') {
    const value = column.values.indexOf(cell);
    if (value >= 0) data[at + value] = 1;
    return;
  }
  const value = numberIn(cell);
  if (value !== undefined && Number.isNaN(value)) {
    throw new GraftError({
      code: 'bad-input',
      what: `Row ${row} holds "${cell}" in the column "${column.name}".`,
      expected: 'A number, or nothing, was expected.',
    });
  }
  data[at] = value === undefined ? 0 : (value - column.mean) / column.sd;
  if (column.indicator) data[at + 1] = value === undefined ? 1 : 0;
}

function targetOf({ target, spec, scale }: TableForm, cell: string, row: number): number {
  const value = spec.kind === 'classes' ? spec.labels.indexOf(cell) : (numberIn(cell) ?? Number.NaN);
  if (spec.kind === 'classes' ? value >= 0 : Number.isFinite(value)) {
    return scale === undefined ? value : (value - scale.mean) / scale.sd;
  }
  throw new GraftError({
    code: 'bad-input',
    what: `Row ${row} holds "${cell}" in the target column "${target}".`,
    expected: spec.kind === 'classes' ? `One of ${spec.labels.join(', ')} was expected.` : 'A number was expected.',
  });
}
