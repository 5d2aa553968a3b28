import type { ExperimentRecord, ResultRow } from '@graft-ml/core';
import { findingsOf } from '../analysis/findings.js';
import { gridOf, isPartial } from '../analysis/grid.js';
import { negativeLines } from '../analysis/verdict.js';
import { count, percentWithSpread, seconds } from '../text/numbers.js';
import { inMarkdown, markdownTable } from '../text/markdown.js';
import { headingOf, overCounts, rowsOf } from './comparison-table.js';

/**
 * The comparison as a Markdown table (GitHub's dialect), with the same marks and sentences as
 * {@link comparisonTable}; a clearly best value is bold.
 *
 * @throws GraftError `bad-input` when there are no rows
 */
export function comparisonMarkdown(record: ExperimentRecord | readonly ResultRow[]): string {
  const grid = gridOf(rowsOf(record));
  const whole = 'rows' in record ? record.target.trainExamples : undefined;
  const findings = findingsOf(grid);
  const header = [
    'recipe',
    ...findings.map(({ labels }) => `${labels === whole ? 'all ' : ''}${count(labels)} labels`),
    'seconds',
    'trainable parameters',
  ];
  const body = grid.recipes.map((recipe) => {
    const rows = findings.map(({ labels }) => grid.row(recipe, labels));
    return [
      inMarkdown(recipe),
      ...rows.map((row, index) =>
        row ? cellOf(row, findings[index]?.clearWinner === row, isPartial(row, grid)) : '–',
      ),
      overCounts(rows.map((row) => row && seconds(row.trainSeconds))),
      overCounts(rows.map((row) => row && count(row.trainableParameters))),
    ];
  });
  const notes = negativeLines(grid, whole).map((sentence) => `- ▼ ${inMarkdown(sentence)}`);
  return [
    `${inMarkdown(headingOf(record, grid))}.`,
    markdownTable(header, body),
    ...(notes.length > 0 ? [notes.join('\n')] : []),
  ].join('\n\n');
}

function cellOf(row: ResultRow, best: boolean, partial: boolean): string {
  const score = `${percentWithSpread(row.testAccuracy)}${partial ? ` (n=${row.seeds.length})` : ''}`;
  return row.negativeTransfer ? `▼ ${score}` : best ? `**${score}**` : score;
}
