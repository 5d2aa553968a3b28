import type { ExperimentRecord, ResultRow } from '@graft-ml/core';
import { findingsOf, type Finding } from '../analysis/findings.js';
import { gridOf, isPartial, seedsInWords, type Grid } from '../analysis/grid.js';
import { negativeLines } from '../analysis/verdict.js';
import { count, percent, percentWithSpread, points, seconds } from '../text/numbers.js';
import { epochsInWords, settingsInWords } from '../text/rows.js';
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
 * parameters; below it, where there are several seeds, the differences to scratch with their 95 % intervals (paired t, and bootstrap
 * over the seeds), the memory and the epochs to the target accuracy. A value over fewer seeds than others says over how many. Cells with negative transfer are marked ▼ and said in words below; ★ marks a value that is above every
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
  const blocks = [
    ...blocksOf(findings, (shown) => linesOf(grid, shown, accuracies(grid), whole)),
    ...gainBlocks(grid, findings, whole),
  ];
  const notes = [
    ...negativeLines(grid, whole).map((sentence) => `${NEGATIVE} ${sentence}`),
    ...(findings.some((finding) => finding.clearWinner)
      ? [`${BEST} Clearly best: above every other recipe by the 95 % interval of their difference over seeds.`]
      : []),
    ...('rows' in record && record.missingRuns !== undefined
      ? [`Not all of it is there: ${count(record.missingRuns)} planned runs are not finished.`]
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
  const what = `est accuracy in %, ${grid.seeds.length > 1 ? 'mean ± sd over' : 'from'} ${seedsInWords(grid)}`;
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

/** What a table shows: a cell for each label count, then columns over all of them. */
interface Columns {
  readonly cell: (row: ResultRow, finding: Finding) => string;
  readonly after: readonly (readonly [head: string, text: (row: ResultRow) => string])[];
}

function accuracies(grid: Grid): Columns {
  return {
    cell: (row, { clearWinner }) => {
      const mark = row.negativeTransfer ? `${NEGATIVE} ` : row === clearWinner ? `${BEST} ` : '';
      const partly = isPartial(row, grid) && grid.seeds.length > 1 ? ` (n=${row.seeds.length})` : '';
      return mark + percentWithSpread(row.testAccuracy) + partly;
    },
    after: [
      ['seconds', (row) => seconds(row.trainSeconds)],
      ['trainable', (row) => count(row.trainableParameters)],
    ],
  };
}

/** Gains, memory, epochs and what tuning chose; nothing where no row knows of any. */
function gainBlocks(grid: Grid, findings: readonly Finding[], whole: number | undefined): string[] {
  const rows = findings.flatMap(({ labels }) => grid.recipes.flatMap((recipe) => grid.row(recipe, labels) ?? []));
  const some = (has: (row: ResultRow) => unknown): boolean => rows.some((row) => has(row) !== undefined);
  const after: Columns['after'] = [
    ...(some((row) => row.peakBytes)
      ? [['MB', (row: ResultRow) => (row.peakBytes === undefined ? '–' : count(row.peakBytes / 1e6))] as const]
      : []),
    ...(some((row) => row.epochsToTarget) ? [['epochs', epochsInWords] as const] : []),
    ...(some((row) => row.settings) ? [['chosen', settingsInWords] as const] : []),
  ];
  const gain = some((row) => row.gain);
  if (!gain && after.length === 0) return [];
  const cell = ({ gain: own }: ResultRow): string => {
    if (own === undefined) return '–';
    const { mean, low, high, bootstrap } = own;
    const resampled = bootstrap === undefined ? '' : ` [${points(bootstrap.low)} ${points(bootstrap.high)}]`;
    return `${points(mean)} (${points(low)} ${points(high)})${resampled}`;
  };
  const blocks = blocksOf(findings, (shown) => linesOf(grid, shown, { cell, after }, whole));
  const [first = '', ...rest] = blocks;
  const title = gain ? 'Against scratch, in points: mean (95 % by paired t) [by bootstrap over seeds]\n\n' : '';
  return [title + first, ...rest];
}

/** As many label counts side by side as fit. */
function blocksOf(findings: readonly Finding[], linesFor: (shown: readonly Finding[]) => string[]): string[] {
  const blocks: string[] = [];
  let from = 0;
  while (from < findings.length) {
    let to = findings.length;
    let lines = linesFor(findings.slice(from, to));
    while (to - from > 1 && lines.some((line) => columnsOf(line) > WIDTH)) {
      to--;
      lines = linesFor(findings.slice(from, to));
    }
    blocks.push(lines.map((line) => line.trimEnd()).join('\n'));
    from = to;
  }
  return blocks;
}

function linesOf(
  grid: Grid,
  findings: readonly Finding[],
  { cell, after }: Columns,
  whole: number | undefined,
): string[] {
  const header = [
    'recipe',
    ...findings.map(({ labels }) => `${labels === whole ? 'all ' : ''}${count(labels)} labels`),
    ...after.map(([head]) => head),
  ];
  const body = grid.recipes.map((recipe) => {
    const rows = findings.map(({ labels }) => grid.row(recipe, labels));
    const text = (row: ResultRow | undefined, finding: Finding | undefined): string =>
      row === undefined || finding === undefined ? '–' : cell(row, finding);
    return [
      shortened(plain(recipe), LONGEST_NAME),
      ...rows.map((row, index) => text(row, findings[index])),
      ...after.map(([, of]) => overCounts(rows.map((row) => row && of(row)))),
    ];
  });
  const widths = header.map((_, column) => Math.max(...[header, ...body].map((line) => columnsOf(line[column] ?? ''))));
  const aligned = (cells: readonly string[]): string =>
    cells.map((each, column) => padded(each, widths[column] ?? 0, column === 0 ? 'left' : 'right')).join(GAP);
  return [aligned(header), widths.map((width) => '─'.repeat(width)).join(GAP), ...body.map(aligned)];
}
