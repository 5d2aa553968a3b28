import type { ExperimentRecord } from '@graft-ml/core';
import { CURVE_NAMES, curveOver, isAccuracy, lastOf, metricsIn } from '../analysis/curves.js';
import { methodOf, type Grid } from '../analysis/grid.js';
import type { SeriesStyle } from '../analysis/series.js';
import { labelsInWords } from '../analysis/verdict.js';
import { markup, type Html } from '../text/html.js';
import { count, percent, percentWithSpread, significant } from '../text/numbers.js';
import { listed } from '../text/lists.js';
import { segments } from './segments.js';
import { swatch } from './swatch.js';

type Styles = ReadonlyMap<string, SeriesStyle>;

const NO_SCRIPT = markup`<noscript><p class="note">The chart needs JavaScript; the tables hold the same numbers.</p></noscript>`;

/** Accuracy against the number of labels, one line per recipe, with error bars. */
export function labelChart(record: ExperimentRecord, grid: Grid, styles: Styles): Html {
  const several = grid.labelCounts.length > 1;
  const title = several ? 'Accuracy by number of labels' : 'Accuracy by recipe';
  const described = grid.recipes.map((recipe) => {
    const reached = grid.labelCounts.flatMap((labels) => {
      const row = grid.row(recipe, labels);
      return row
        ? [`${percentWithSpread(row.testAccuracy)} with ${labelsInWords(labels, record.target.trainExamples)}`]
        : [];
    });
    return `${recipe}: ${listed(reached)}`;
  });
  const error =
    grid.seeds.length > 1
      ? 'Bars span the 95 % interval of the mean (Student’s t); faint dots are single seeds.'
      : 'One seed.';
  return markup`<section class="card" aria-labelledby="label-chart-title">
<h2 id="label-chart-title">${title}</h2>
<figure>
<div class="chart" id="label-chart" role="img" aria-label="${`Test accuracy in per cent. ${described.join('. ')}.`}"></div>
${NO_SCRIPT}
${several ? legend(grid, styles, '') : markup``}
<figcaption>${error}${several ? ' The horizontal axis is logarithmic.' : ''}</figcaption>
</figure>
</section>`;
}

/** Learning curves; which label count and quantity is chosen in the page. */
export function learningCurves(record: ExperimentRecord, grid: Grid, styles: Styles): Html {
  const metrics = metricsIn(record.runs);
  if (metrics.length === 0) return markup``;
  const whole = record.target.trainExamples;
  const last = grid.labelCounts.at(-1);
  return markup`<section class="card" aria-labelledby="curves-title">
<h2 id="curves-title">Learning curves</h2>
<form class="controls js-only" id="curve-controls">
${segments(
  'curve-labels',
  'Labels',
  grid.labelCounts.map((labels) => ({
    value: String(labels),
    text: labels === whole ? `all ${count(labels)}` : count(labels),
  })),
  String(last),
)}
${segments(
  'curve-metric',
  'Quantity',
  metrics.map((metric) => ({ value: metric, text: CURVE_NAMES[metric] })),
  metrics[0] ?? '',
)}
</form>
<figure>
<div class="chart" id="curve-chart" role="img" aria-label="Learning curves" aria-describedby="curve-table"></div>
${NO_SCRIPT}
${legend(grid, styles, 'data-recipe')}
<figcaption>Mean over seeds; the band spans the lowest to the highest seed. <span class="js-only">Point at the chart to read values; the legend shows the last ones otherwise.</span></figcaption>
</figure>
<details><summary>Where the curves end, as a table</summary>
<div class="scroll" role="region" tabindex="0" aria-label="Last values of the learning curves">
<table id="curve-table"><caption>Last values, mean over seeds</caption>
<thead><tr><th scope="col">Labels</th><th scope="col">Recipe</th><th scope="col" class="number">Steps</th>${metrics.map(
    (metric) => markup`<th scope="col" class="number">${CURVE_NAMES[metric]}</th>`,
  )}</tr></thead>
<tbody>${grid.labelCounts.flatMap((labels) =>
    grid.recipes.map((recipe) => {
      const runs = record.runs.filter((run) => methodOf(run) === recipe && run.labels === labels);
      if (runs.length === 0) return markup``;
      return markup`<tr><td>${labels === whole ? 'all ' : ''}${count(labels)}</td><th scope="row">${recipe}</th><td class="number">${count(
        Math.max(...runs.map((run) => run.steps)),
      )}</td>${metrics.map((metric) => {
        const value = lastOf(curveOver(runs, metric));
        return markup`<td class="number">${isAccuracy(metric) ? `${percent(value)}%` : significant(value)}</td>`;
      })}</tr>`;
    }),
  )}</tbody></table></div></details>
</section>`;
}

function legend(grid: Grid, styles: Styles, attribute: '' | 'data-recipe'): Html {
  return markup`<ul class="legend">${grid.recipes.map((recipe) =>
    attribute === ''
      ? markup`<li>${swatch(styles.get(recipe))}${recipe}</li>`
      : markup`<li data-recipe="${recipe}">${swatch(styles.get(recipe))}${recipe} <span class="reading"></span></li>`,
  )}</ul>`;
}
