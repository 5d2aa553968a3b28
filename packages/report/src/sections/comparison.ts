import type { ExperimentRecord, ResultRow } from '@graft-ml/core';
import { findingsOf, type Finding } from '../analysis/findings.js';
import { BASELINE, isPartial, seedsInWords, type Grid } from '../analysis/grid.js';
import type { SeriesStyle } from '../analysis/series.js';
import { negativeLines } from '../analysis/verdict.js';
import { markup, type Html } from '../text/html.js';
import { swatch } from './swatch.js';
import { plural } from '../text/lists.js';
import { count, duration, percent, percentWithSpread, points } from '../text/numbers.js';

/** The comparison table: a row for each recipe, a column for each label count. */
export function comparison(record: ExperimentRecord, grid: Grid, styles: ReadonlyMap<string, SeriesStyle>): Html {
  const whole = record.target.trainExamples;
  const findings = findingsOf(grid);
  const several = grid.seeds.length > 1;
  const negative = negativeLines(grid, whole);
  const spread = several
    ? `mean ± standard deviation over ${seedsInWords(grid)}`
    : 'one seed, so the spread is unknown';
  const marks = [
    markup`<li><span class="badge badge-best">★ best</span> above every other recipe by the 95 % interval of their difference over seeds</li>`,
    markup`<li><span class="badge badge-negative">▼ negative transfer</span> worse than ${BASELINE} by more than chance explains</li>`,
  ];
  return markup`<section class="card" id="comparison" aria-labelledby="comparison-title">
<h2 id="comparison-title">Comparison</h2>
<div class="scroll" role="region" tabindex="0" aria-labelledby="comparison-title">
<table class="comparison">
<caption><span>Test accuracy in %, ${spread}; below it the difference to ${BASELINE}${record.backbones === undefined ? '' : ' of the same backbone'} in points with its paired 95 % interval, and the training time.</span></caption>
<thead><tr><th scope="col">Recipe</th>${findings.map((finding) => header(finding, whole))}<th scope="col" class="number">Trainable<br>parameters</th></tr></thead>
<tbody>
${grid.recipes.map(
  (recipe) => markup`<tr><th scope="row">${swatch(styles.get(recipe))}<span>${recipe}</span></th>${findings.map(
    (finding) => cell(grid.row(recipe, finding.labels), finding, grid),
  )}<td class="number">${parameters(grid, recipe)}</td></tr>
`,
)}</tbody>
</table>
</div>
<ul class="marks">${marks}</ul>
${negative.length === 0 ? markup`` : markup`<ul class="negatives">${negative.map((line) => markup`<li>${line}</li>`)}</ul>`}
</section>`;
}

function header({ labels }: Finding, whole: number): Html {
  return markup`<th scope="col" class="number">${labels === whole ? 'all ' : ''}${count(labels)}<br><small>${labels === 1 ? 'label' : 'labels'}</small></th>`;
}

function cell(row: ResultRow | undefined, { clearWinner }: Finding, grid: Grid): Html {
  if (!row) return markup`<td class="number missing"><span aria-label="not run">–</span></td>`;
  const best = row === clearWinner;
  const baseline = grid.baselineOf(row);
  const gain = baseline && row !== baseline ? points(row.testAccuracy.mean - baseline.testAccuracy.mean) : '';
  const interval = row.gain === undefined ? '' : `95 %: ${points(row.gain.low)} to ${points(row.gain.high)}`;
  const mark = row.negativeTransfer
    ? markup`<span class="badge badge-negative">▼ negative transfer</span>`
    : best
      ? markup`<span class="badge badge-best">★ best</span>`
      : markup``;
  const partly = isPartial(row, grid) ? `only ${plural(row.seeds.length, 'seed')}` : '';
  const detail = [partly, gain, interval, duration(row.trainSeconds)].filter((part) => part !== '').join(' · ');
  return markup`<td class="number${row.negativeTransfer ? ' is-negative' : best ? ' is-best' : ''}" title="${valuesOf(row)}"><b>${percentWithSpread(row.testAccuracy)}</b><small>${detail}</small>${mark}</td>`;
}

function valuesOf(row: ResultRow): string {
  const settings = Object.entries(row.settings ?? {}).map(([name, value]) => `${name} ${value} (tuned)`);
  const seeds = row.seeds.map(
    (seed, index) => `seed ${seed}: ${percent(row.testAccuracy.values[index] ?? Number.NaN)}%`,
  );
  return [...seeds, ...settings].join(', ');
}

/** Parameters can differ between label counts; then the range is shown. */
function parameters(grid: Grid, recipe: string): string {
  const all = grid.labelCounts.flatMap((labels) => grid.row(recipe, labels)?.trainableParameters ?? []);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return least === most ? count(most) : `${count(least)} – ${count(most)}`;
}
