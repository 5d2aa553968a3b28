import type { ExperimentRecord, RunRecord } from '@graft-ml/core';
import { methodOf, type Grid } from '../analysis/grid.js';
import { markup, type Html } from '../text/html.js';
import { count } from '../text/numbers.js';
import { runFacts, runView } from './run-view.js';
import { dropDown } from './segments.js';

/** One run from near: confusion matrix, scores per class and worst mistakes; which run is chosen in the page. */
export function runChoice(record: ExperimentRecord, grid: Grid): Html {
  const shown = firstShown(record, grid);
  if (!shown) return markup``;
  const whole = record.target.trainExamples;
  return markup`<section class="card" id="run" aria-labelledby="run-title">
<h2 id="run-title">A closer look at one run</h2>
<form class="controls js-only" id="run-controls">
${dropDown(
  'run-recipe',
  'Recipe',
  grid.recipes.map((recipe) => ({ value: recipe, text: recipe })),
  methodOf(shown),
)}
${dropDown(
  'run-labels',
  'Labels',
  grid.labelCounts.map((labels) => ({
    value: String(labels),
    text: labels === whole ? `all ${count(labels)}` : count(labels),
  })),
  String(shown.labels),
)}
${dropDown(
  'run-seed',
  'Seed',
  grid.seeds.map((seed) => ({ value: String(seed), text: String(seed) })),
  String(shown.seed),
)}
</form>
<p id="run-facts" aria-live="polite">${runFacts(shown, whole)}</p>
<div id="run-view">${runView(shown, record.target.labels)}</div>
</section>`;
}

/** The first seed of the recipe that did best with the most labels. */
function firstShown(record: ExperimentRecord, grid: Grid): RunRecord | undefined {
  const most = [...grid.labelCounts].reverse().find((labels) => record.runs.some((run) => run.labels === labels));
  const runs = record.runs.filter((run) => run.labels === most);
  const mean = (run: RunRecord): number => grid.row(methodOf(run), run.labels)?.testAccuracy.mean ?? run.testAccuracy;
  return runs.reduce<RunRecord | undefined>((best, run) => (best && mean(best) >= mean(run) ? best : run), undefined);
}
