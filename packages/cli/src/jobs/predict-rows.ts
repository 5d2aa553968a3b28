import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import * as tf from '@tensorflow/tfjs-core';
import { GraftError, messageOf, predict, throwIfCancelled, withScope } from '@graft-ml/core';
import { parseTable, tableInputs, tableWidth, type Table, type TableForm } from '@graft-ml/datasets/table';
import type { Session } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { predictionText, readOutputs, type Outputs } from '../photos/prediction.js';
import type { SavedModel } from '../support/saved-model.js';
import { csvLine } from '../terminal/csv.js';
import { toJson } from '../terminal/format.js';
import type { PredictOptions } from './predict.js';

/** How many rows go through the model together. */
const AT_A_TIME = 4096;

/**
 * Say what a model tells of the rows of tables. As CSV, each row comes back with what was told in further columns.
 *
 * @param named CSV files, or `-` for one on stdin
 * @returns the exit code
 */
export async function predictRows(
  saved: SavedModel,
  form: TableForm,
  named: readonly string[],
  options: PredictOptions,
  { terminal, signal }: Session,
): Promise<number> {
  const told: ({ readonly file: string; readonly row: number } & Outputs)[] = [];
  for (const [at, file] of named.entries()) {
    const table = parseTable(await tableText(file), file === '-' ? 'The table on stdin' : file);
    if (options.csv === true && at === 0) terminal.result(csvLine([...table.columns, ...addedColumns(saved, form)]));
    for (let from = 0; from < table.rows.length; from += AT_A_TIME) {
      throwIfCancelled(signal, `predicting, after ${from} of ${table.rows.length} rows`);
      terminal.progress({ task: 'predicting', done: from, total: table.rows.length, unit: 'examples' });
      const count = Math.min(AT_A_TIME, table.rows.length - from);
      for (const [place, outputs] of (await predictSome(saved, form, table, from, count, options.top)).entries()) {
        const row = from + place;
        const where = named.length === 1 ? `row ${row + 1}` : `${file}, row ${row + 1}`;
        if (options.csv === true) terminal.result(csvLine([...(table.rows[row] ?? []), ...addedCells(outputs)]));
        else if (options.json === true) told.push({ file, row: row + 1, ...outputs });
        else terminal.result(predictionText(where, outputs));
      }
    }
  }
  if (options.json === true) terminal.result(toJson(told));
  return EXIT.done;
}

function predictSome(
  { network, target }: SavedModel,
  form: TableForm,
  table: Table,
  from: number,
  count: number,
  top: number,
): Promise<Outputs[]> {
  return withScope(async (scope) => {
    const rows = Int32Array.from({ length: count }, (_, at) => from + at);
    const inputs = scope.own(tf.tensor2d(tableInputs(table, form, rows), [count, tableWidth(form)]));
    const [output] = predict(network, [inputs]);
    if (output === undefined) throw new GraftError({ code: 'internal', what: 'The model gave no output.' });
    const values = Array.from(await scope.own(output).data());
    const width = values.length / count;
    return Array.from(rows, (_, at) => readOutputs(values.slice(at * width, (at + 1) * width), target, top));
  });
}

function addedColumns({ target }: SavedModel, form: TableForm): string[] {
  return target.kind === 'values'
    ? target.names.map((name) => `predicted ${name}`)
    : [`predicted ${form.target}`, 'confidence'];
}

function addedCells(outputs: Outputs): (string | number)[] {
  if ('values' in outputs) return outputs.values.map(({ value }) => value);
  const [best] = outputs.predictions;
  return best === undefined ? ['', ''] : [best.label, best.confidence];
}

async function tableText(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new GraftError({
      code: 'not-found',
      what: `${file} cannot be read: ${messageOf(cause)}.`,
      expected: 'The model tells of tables: CSV files, or - for one on stdin, were expected.',
      cause,
    });
  }
}
