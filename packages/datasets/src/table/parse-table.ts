import { parse } from 'csv-parse/browser/esm/sync';
import { GraftError, messageOf } from '@graft-ml/core';

/** A table of text, row by row. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Larger texts are refused before they are parsed: 512 MB. */
const MAX_CHARACTERS = 2 ** 29 - 24;

/**
 * Read CSV (RFC 4180; commas, semicolons or tabs, whichever the first line has) with names of columns in its first line.
 *
 * @param from what messages call it
 * @throws GraftError `corrupt` for a line with another number of cells, an unclosed quote, a column without a name or two
 *   of one name, or a table without rows
 *
 * @example
 * ```ts
 * import { parseTable } from '@graft-ml/datasets/table';
 * console.log(parseTable('size,colour\n1,red\n2,"dark, blue"\n', 'shirts').rows.length); // 2
 * ```
 */
export function parseTable(text: string, from: string): Table {
  const refuse = (what: string, cause?: unknown): GraftError =>
    new GraftError({
      code: 'corrupt',
      what: `${from} ${what}.`,
      expected: 'CSV with the names of its columns in the first line was expected.',
      ...(cause === undefined ? {} : { cause }),
    });
  if (text.length > MAX_CHARACTERS) throw refuse(`has ${text.length} characters, more than ${MAX_CHARACTERS}`);
  let lines: string[][];
  try {
    lines = parse(text, { bom: true, delimiter: delimiterOf(text), skip_empty_lines: true });
  } catch (cause) {
    throw refuse(`cannot be read as CSV: ${messageOf(cause)}`, cause);
  }
  const [columns = [], ...rows] = lines;
  const odd = columns.find((name, at) => name.trim() === '' || columns.indexOf(name) !== at);
  if (odd !== undefined) throw refuse(odd.trim() === '' ? 'has a column without a name' : `has two columns "${odd}"`);
  if (rows.length === 0) throw refuse('has no rows');
  return { columns, rows };
}

function delimiterOf(text: string): string {
  const end = text.search(/[\r\n]/);
  const first = end < 0 ? text : text.slice(0, end);
  const count = (delimiter: string): number => first.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best));
}

/** The number of a column. @throws GraftError `not-found` when the table has none of that name */
export function columnNumber({ columns }: Table, name: string): number {
  const at = columns.indexOf(name);
  if (at >= 0) return at;
  throw new GraftError({
    code: 'not-found',
    what: `The table has no column "${name}".`,
    expected: `It has ${columns.map((each) => `"${each}"`).join(', ')}.`,
  });
}
