import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { GraftError, messageOf, type TargetSpec } from '@graft-ml/core';
import { numberIn } from '../../table/cells.js';
import { columnNumber, parseTable, type Table } from '../../table/parse-table.js';
import { splitNamed } from './list-folder.js';
import type { PictureItem, PictureList } from './picture-list.js';

export interface ListCsvOptions {
  /** The column of the files' paths; default the first of `path`, `file`, `filename`, `image` that there is, else the first. */
  readonly path?: string;
  /** The column of what is to be told; default the first of `label`, `class`, `target`, `value` that there is, else the second. */
  readonly label?: string;
  /** Whether the labels are classes or numbers to be told; default: numbers when a cell has a decimal point. */
  readonly kind?: 'classes' | 'values';
}

const PATHS = ['path', 'file', 'filename', 'image'];
const LABELS = ['label', 'class', 'target', 'value'];

/**
 * Pictures listed in a CSV with the names of its columns in the first line: a path, relative to the CSV's own folder, a
 * label (a class, or a number to be told), and if there is a column `split`, the part: train, val or test. Only the CSV is
 * read.
 *
 * @throws GraftError `not-found` for a file or column that is not there; `corrupt` for what is no CSV; `bad-input` for a path
 *   that leaves the folder, a part of another name, a number that is none, or fewer than two classes
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { listCsv } from '@graft-ml/datasets/node';
 * await writeFile('insects.csv', 'path,label\na.jpg,ants\nb.jpg,bees\n');
 * console.log((await listCsv('insects.csv')).target); // { kind: 'classes', labels: ['ants', 'bees'] }
 * ```
 */
export async function listCsv(file: string, options: ListCsvOptions = {}): Promise<PictureList> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new GraftError({ code: 'not-found', what: `${file} cannot be read: ${messageOf(cause)}.`, cause });
  }
  const table = parseTable(text, file);
  const pathColumn = columnOf(table, options.path, PATHS, 0);
  const labelColumn = columnOf(table, options.label, LABELS, 1);
  const splitColumn = table.columns.indexOf('split');
  const cells = table.rows.map((row) => row[labelColumn] ?? '');
  const target = targetOf(cells, table.columns[labelColumn] ?? 'value', options.kind, file);
  const items = table.rows.map((row, at): PictureItem => {
    const name = row[pathColumn] ?? '';
    const line = `Line ${at + 2} of ${file}`;
    if (!staysInside(name)) {
      throw new GraftError({
        code: 'bad-input',
        what: `${line} names "${name}", which is outside the CSV's folder.`,
        expected: 'A path relative to that folder, and within it, was expected.',
      });
    }
    return {
      path: join(dirname(resolve(file)), name),
      name,
      split: splitColumn < 0 ? undefined : splitNamed(row[splitColumn] ?? '', line),
      target: [target.kind === 'classes' ? target.labels.indexOf(cells[at] ?? '') : numberOf(cells[at] ?? '', line)],
    };
  });
  return { name: basename(file, extname(file)), target, items, ignored: [] };
}

function columnOf(table: Table, named: string | undefined, usual: readonly string[], otherwise: number): number {
  if (named !== undefined) return columnNumber(table, named);
  const found = table.columns.findIndex((column) => usual.includes(column.toLowerCase()));
  return found >= 0 ? found : otherwise;
}

function targetOf(
  cells: readonly string[],
  name: string,
  kind: ListCsvOptions['kind'],
  file: string,
): Exclude<TargetSpec, { kind: 'multi-label' }> {
  const numbers = cells.map((cell) => numberIn(cell) ?? Number.NaN);
  const areValues = numbers.every(Number.isFinite) && numbers.some((value) => !Number.isInteger(value));
  if ((kind ?? (areValues ? 'values' : 'classes')) === 'values') return { kind: 'values', names: [name] };
  const labels = [...new Set(cells)].sort((a, b) => (a < b ? -1 : 1));
  if (labels.length > 1 && !labels.includes('')) return { kind: 'classes', labels };
  throw new GraftError({
    code: 'bad-input',
    what: labels.includes('') ? `${file} has rows without a label.` : `${file} has only one class, "${labels[0]}".`,
    expected: 'A label in every row, of at least two classes, was expected.',
  });
}

function numberOf(cell: string, line: string): number {
  const value = numberIn(cell);
  if (value !== undefined && Number.isFinite(value)) return value;
  throw new GraftError({
    code: 'bad-input',
    what: `${line} has "${cell}" for a value.`,
    expected: 'A number was expected.',
  });
}

/** By the letters of the path alone: what a link leads to is the user's own affair. */
function staysInside(name: string): boolean {
  const parts = name.split(/[\\/]/);
  return name !== '' && !isAbsolute(name) && !/^[a-z]:/i.test(name) && !name.startsWith('\\') && !parts.includes('..');
}
