import type { ExperimentRecord, ResultRow } from '@graft-ml/core';
import { findingsOf, type Finding } from '../analysis/findings.js';
import { gridOf, type Grid } from '../analysis/grid.js';
import { negativeLines } from '../analysis/verdict.js';
import { count, percent, percentWithSpread, seconds } from '../text/numbers.js';
import { plural } from '../text/lists.js';
import { columnsOf, padded, plain, shortened, wrapped } from '../text/plain.js';

/** Columns of a terminal that the table never exceeds. */
const WIDTH = 100;
const LONGEST_NAME = 24;
const GAP = '  ';
const NEGATIVE = '▼';
const BEST = '★';

/**
 * The comparison as aligned plain text for a terminal, at most 100 columns wide: a line for each recipe, a column for
 * each label count (test accuracy in per cent, mean ± standard deviation over seeds), training seconds and trainable
 * parameters. Cells with negative transfer are marked ▼ and said in words below; ★ marks a value that is above every
 * other recipe's by the 95 % interval of their difference over seeds. Label counts that do not fit side by side go into further tables below.
 *
 * @param record the record of a comparison, or only its rows
 * @throws GraftError `bad-input` when there are no rows
 *
 * @example
 * ```ts
 * import { comparisonTable } from '@graft-ml/report';
 * const row = { labels: 100, seeds: [1, 2], trainSeconds: 2, trainableParameters: 1290, negativeTransfer: false };
 * console.log(
 *   comparisonTable([
 *     { ...row, recipe: 'scratch', testAccuracy: { mean: 0.68, sd: 0.01, values: [0.67, 0.69] } },
 *     { ...row, recipe: 'frozen', testAccuracy: { mean: 0.72, sd: 0.01, values: [0.71, 0.73] } },
 *   ]),
 * );
 * ```
 */
export function comparisonTable(record: ExperimentRecord | readonly ResultRow[]): string {
  const rows = rowsOf(record);
  const whole = 'rows' in record ? record.target.trainExamples : undefined;
  const grid = gridOf(rows);
  const findings = findingsOf(grid);
  const blocks = blocksOf(grid, findings, whole);
  const notes = [
    ...negativeLines(grid, whole).map((sentence) => `${NEGATIVE} ${sentence}`),
    ...(findings.some((finding) => finding.clearWinner)
      ? [`${BEST} Clearly best: above every other recipe by the 95 % interval of their difference over seeds.`]
      : []),
  ].flatMap((note) => wrapped(plain(note), WIDTH, '  '));
  const heading = wrapped(plain(headingOf(record, grid)), WIDTH, '  ');
  return [heading.join('\n'), ...blocks, ...(notes.length > 0 ? [notes.join('\n')] : [])].join('\n\n');
}

export function rowsOf(record: ExperimentRecord | readonly ResultRow[]): readonly ResultRow[] {
  return 'rows' in record ? record.rows : record;
}

/** What the numbers are, e.g. `mnist → fashion-mnist: test accuracy in %, mean ± sd over 3 seeds`. */
export function headingOf(record: ExperimentRecord | readonly ResultRow[], grid: Grid): string {
  const what = `est accuracy in %, ${grid.seeds.length > 1 ? 'mean ± sd over' : 'from'} ${plural(grid.seeds.length, 'seed')}`;
  if (!('rows' in record)) return `T${what}`;
  const { source, target } = record;
  const known = source.testAccuracy === null ? '' : ` (source model: ${percent(source.testAccuracy)}% on its own task)`;
  return `${source.name} → ${target.name}: t${what}${known}`;
}

/** Seconds, and trainable parameters, over the label counts: one value when all are equal, else one for each. */
export function overCounts(values: readonly (string | undefined)[]): string {
  const shown = values.map((value) => value ?? '–');
  return new Set(shown).size === 1 ? (shown[0] ?? '–') : shown.join(' / ');
}

/** As many label counts side by side as fit. */
function blocksOf(grid: Grid, findings: readonly Finding[], whole: number | undefined): string[] {
  const blocks: string[] = [];
  let from = 0;
  while (from < findings.length) {
    let to = findings.length;
    let lines = linesOf(grid, findings.slice(from, to), whole);
    while (to - from > 1 && lines.some((line) => columnsOf(line) > WIDTH)) {
      to--;
      lines = linesOf(grid, findings.slice(from, to), whole);
    }
    blocks.push(lines.map((line) => line.trimEnd()).join('\n'));
    from = to;
  }
  return blocks;
}

function linesOf(grid: Grid, findings: readonly Finding[], whole: number | undefined): string[] {
  const header = [
    'recipe',
    ...findings.map(({ labels }) => `${labels === whole ? 'all ' : ''}${count(labels)} labels`),
    'seconds',
    'trainable',
  ];
  const body = grid.recipes.map((recipe) => {
    const rows = findings.map(({ labels }) => grid.row(recipe, labels));
    return [
      shortened(plain(recipe), LONGEST_NAME),
      ...rows.map((row, index) => cellOf(row, findings[index]?.clearWinner)),
      overCounts(rows.map((row) => row && seconds(row.trainSeconds))),
      overCounts(rows.map((row) => row && count(row.trainableParameters))),
    ];
  });
  const widths = header.map((_, column) => Math.max(...[header, ...body].map((line) => columnsOf(line[column] ?? ''))));
  const aligned = (cells: readonly string[]): string =>
    cells.map((cell, column) => padded(cell, widths[column] ?? 0, column === 0 ? 'left' : 'right')).join(GAP);
  return [aligned(header), widths.map((width) => '─'.repeat(width)).join(GAP), ...body.map(aligned)];
}

function cellOf(row: ResultRow | undefined, winner: ResultRow | undefined): string {
  if (!row) return '–';
  const mark = row.negativeTransfer ? `${NEGATIVE} ` : row === winner ? `${BEST} ` : '';
  return mark + percentWithSpread(row.testAccuracy);
}
