import type { ExperimentRecord, ResultRow } from '@graft-ml/core';
import { findingsOf } from '../analysis/findings.js';
import { gridOf } from '../analysis/grid.js';
import { negativeLines } from '../analysis/verdict.js';
import { count, percentWithSpread, seconds } from '../text/numbers.js';
import { plain } from '../text/plain.js';
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
      ...rows.map((row, index) => (row ? cellOf(row, findings[index]?.clearWinner === row) : '–')),
      overCounts(rows.map((row) => row && seconds(row.trainSeconds))),
      overCounts(rows.map((row) => row && count(row.trainableParameters))),
    ];
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = line(header.map((_, column) => (column === 0 ? '---' : '---:')));
  const notes = negativeLines(grid, whole).map((sentence) => `- ▼ ${inMarkdown(sentence)}`);
  return [
    `${inMarkdown(headingOf(record, grid))}.`,
    [line(header), rule, ...body.map(line)].join('\n'),
    ...(notes.length > 0 ? [notes.join('\n')] : []),
  ].join('\n\n');
}

function cellOf(row: ResultRow, best: boolean): string {
  const score = percentWithSpread(row.testAccuracy);
  return row.negativeTransfer ? `▼ ${score}` : best ? `**${score}**` : score;
}

/** Names may hold anything: what Markdown or HTML would read as markup is escaped. */
function inMarkdown(text: string): string {
  return plain(text).replace(/[\\`*_[\]|<>~#]/g, (character) =>
    character === '<' ? '&lt;' : character === '>' ? '&gt;' : `\\${character}`,
  );
}
