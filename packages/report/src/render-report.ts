import { GraftError, type ExperimentRecord } from '@graft-ml/core';
import { gridOf } from './analysis/grid.js';
import { seriesStyles } from './analysis/series.js';
import { singleRun } from './analysis/single-run.js';
import { CLIENT_SCRIPT, CLIENT_SCRIPT_SHA256 } from './generated/client-assets.js';
import { comparison } from './sections/comparison.js';
import { costs } from './sections/costs.js';
import { labelChart, learningCurves } from './sections/charts.js';
import { overview } from './sections/overview.js';
import { reproduce } from './sections/reproduce.js';
import { runChoice } from './sections/run-choice.js';
import { markup, jsonForScript, trusted } from './text/html.js';
import { reportPage } from './text/page.js';

/**
 * The whole report of a comparison as one HTML file, which opens offline: style, script, charts, pictures and the
 * record itself are inside, and its content security policy forbids it to load anything. All text of the record is
 * escaped. Readable without JavaScript, which only adds the charts and the choices.
 *
 * @throws GraftError `bad-input` when the value is no experiment record of version 1, or holds no rows
 *
 * @example
 * ```ts
 * import { renderReport } from '@graft-ml/report';
 * const score = { labels: 100, seeds: [1], trainSeconds: 2, trainableParameters: 1290, negativeTransfer: false };
 * const page = renderReport({
 *   format: 'graft-experiment',
 *   formatVersion: 1,
 *   source: { name: 'digits', testAccuracy: 0.99 },
 *   target: { name: 'letters', fingerprint: 'none', trainExamples: 100, testExamples: 50, labels: ['a', 'b'] },
 *   rows: [{ ...score, recipe: 'scratch', testAccuracy: { mean: 0.68, sd: 0, values: [0.68] } }],
 *   runs: [],
 *   environment: {
 *     graft: '0.1.0', tfjs: '4.22.0', backend: 'cpu', backendDetails: {}, runtime: 'Node.js', platform: 'linux',
 *     startedAt: '2025-01-01T00:00:00Z', seconds: 2,
 *   },
 * });
 * console.log(page.startsWith('<!doctype html>')); // true
 * ```
 */
export function renderReport(record: ExperimentRecord): string {
  if (record.format !== 'graft-experiment' || record.formatVersion !== 1) {
    throw new GraftError({
      code: 'bad-input',
      what: `This is not an experiment record that can be reported: its format is "${String(record.format)}", version ${String(record.formatVersion)}.`,
      expected: 'The format must be "graft-experiment", version 1.',
      remedy: 'Pass the record that compare() returned, or what `graft compare --json` wrote.',
    });
  }
  const grid = gridOf(record.rows);
  const styles = seriesStyles(grid.recipes);
  return reportPage({
    title: `${record.source.name} → ${record.target.name} · Graft report`,
    graft: record.environment.graft,
    main: markup`${overview(record, grid)}
${
  singleRun(record) === undefined
    ? [comparison(record, grid, styles), labelChart(record, grid, styles), costs(record, grid, styles)]
    : []
}
${learningCurves(record, grid, styles)}
${runChoice(record, grid)}
${reproduce(record, grid)}`,
    scripts: {
      source: `'sha256-${CLIENT_SCRIPT_SHA256}'`,
      elements: markup`<script type="application/json" id="record">${trusted(jsonForScript(record))}</script>
<script>${trusted(CLIENT_SCRIPT)}</script>`,
    },
  });
}
