import type { ExperimentRecord, ResultRow } from '@graft-ml/core';
import { meanInterval } from '@graft-ml/metrics';
import { gridOf } from '../analysis/grid.js';
import { count, percent } from '../text/numbers.js';
import { plain, shortened, wrapped } from '../text/plain.js';
import { textPlot } from '../text/plot.js';
import { rowsOf } from './comparison-table.js';

const MARKERS = 'ox+*#@%&sfabcdeghijklmnpqrtuvwyz';
const WIDTH = 100;

/**
 * Test accuracy by the number of labels as a plot for a terminal: a marker for each recipe's mean, a bar for its 95 % interval
 * over seeds, both axes named; the horizontal one is logarithmic.
 *
 * @param record the record of a comparison, or only its rows
 * @throws GraftError `bad-input` when there are no rows
 */
export function learnCurvePlot(record: ExperimentRecord | readonly ResultRow[]): string {
  const grid = gridOf(rowsOf(record));
  const series = grid.recipes.map((recipe, at) => ({
    marker: MARKERS[at % MARKERS.length] ?? 'o',
    points: grid.labelCounts.flatMap((labels) => {
      const row = grid.row(recipe, labels);
      if (row === undefined) return [];
      const interval = row.interval ?? meanInterval(row.testAccuracy.values);
      const { mean } = row.testAccuracy;
      if (interval === undefined) return [{ x: labels, y: mean }];
      return [{ x: labels, y: mean, low: Math.max(0, interval.low), high: Math.min(1, interval.high) }];
    }),
  }));
  const lines = textPlot(series, {
    ticks: grid.labelCounts.map((labels) => ({ x: labels, text: count(labels) })),
    nameY: percent,
  });
  const legend = series
    .map(({ marker }, at) => `${marker} ${shortened(plain(grid.recipes[at] ?? ''), 40)}`)
    .join('   ');
  const bars = grid.seeds.length > 1 ? ' Bars: 95 % interval over seeds.' : '';
  return [
    'Test accuracy in % by number of labels',
    '',
    ...lines,
    '',
    ...wrapped(`${legend}.${bars}`, WIDTH, '  '),
  ].join('\n');
}
