import { ConfusionMatrix } from '@graft-ml/metrics';
import { markup, type Html } from '../text/html.js';
import { count, percent } from '../text/numbers.js';

/** More classes than this make no readable picture; the pairs and scores below still say it all. */
const MOST_CLASSES = 50;
const PAIRS = 6;

/** Heat map of counts, the pairs most often confused, and scores per class. Rows are true classes. */
export function confusion(counts: readonly (readonly number[])[], labels: readonly string[]): Html {
  if (counts.length === 0) return markup``;
  const name = (each: number): string => labels[each] ?? `class ${each}`;
  return markup`<h3>Confusion matrix</h3>
<div class="confusion-view">
${counts.length > MOST_CLASSES ? markup`<p class="note">${counts.length} classes are too many to draw.</p>` : heatMap(counts, name)}
<div class="confusion-side">
${pairs(counts, name)}
${classScores(counts, name)}
</div>
</div>`;
}

function heatMap(counts: readonly (readonly number[])[], name: (each: number) => string): Html {
  const worst = Math.max(1, ...counts.flatMap((row, truth) => row.filter((_, predicted) => predicted !== truth)));
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="Confusion matrix">
<table class="confusion">
<caption><span>Test examples by true class (rows) and predicted class (columns). Right answers stand on the outlined diagonal.</span></caption>
<thead><tr><th scope="col"><span class="corner">true ↓ &nbsp;predicted →</span></th>${counts.map(
    (_, each) => markup`<th scope="col" class="turned"><span>${name(each)}</span></th>`,
  )}</tr></thead>
<tbody>${counts.map((row, truth) => {
    const total = Math.max(
      1,
      row.reduce((all, each) => all + each, 0),
    );
    return markup`<tr><th scope="row">${name(truth)}</th>${row.map((each, predicted) => {
      const right = predicted === truth;
      // The square root lets rare confusions show beside frequent ones.
      const heat = right ? each / total : Math.sqrt(each / worst);
      const kind = right ? 'right' : each === 0 ? 'none' : 'wrong';
      return markup`<td class="${kind}" style="--heat:${(heat * 100).toFixed(0)}%">${count(each)}</td>`;
    })}</tr>`;
  })}</tbody>
</table></div>`;
}

function pairs(counts: readonly (readonly number[])[], name: (each: number) => string): Html {
  const all = counts.flatMap((row, truth) =>
    row
      .map((times, predicted) => ({ times, truth, predicted }))
      .filter(({ times, predicted }) => times > 0 && predicted !== truth),
  );
  if (all.length === 0) return markup``;
  const top = all.sort((a, b) => b.times - a.times).slice(0, PAIRS);
  const most = top[0]?.times ?? 1;
  return markup`<table class="pairs"><caption>Most often confused</caption>
<thead><tr><th scope="col">Is</th><th scope="col">Said</th><th scope="col" class="number">Times</th></tr></thead>
<tbody>${top.map(
    ({ times, truth, predicted }) =>
      markup`<tr><td>${name(truth)}</td><td>${name(predicted)}</td><td class="number bar" style="--share:${((100 * times) / most).toFixed(0)}%">${count(times)}</td></tr>`,
  )}</tbody></table>`;
}

function classScores(counts: readonly (readonly number[])[], name: (each: number) => string): Html {
  const matrix = ConfusionMatrix.fromCounts(counts);
  const macro = matrix.average('macro');
  return markup`<details${counts.length <= 20 ? markup` open` : markup``}><summary>Scores per class</summary>
<table><caption>In %</caption>
<thead><tr><th scope="col">Class</th><th scope="col" class="number">Precision</th><th scope="col" class="number">Recall</th><th scope="col" class="number">F1</th></tr></thead>
<tbody>${matrix
    .perClass()
    .map(
      (scores, each) =>
        markup`<tr><th scope="row">${name(each)}</th><td class="number">${percent(scores.precision)}</td><td class="number">${percent(scores.recall)}</td><td class="number">${percent(scores.f1)}</td></tr>`,
    )}</tbody>
<tfoot><tr><th scope="row">Mean (macro)</th><td class="number">${percent(macro.precision)}</td><td class="number">${percent(macro.recall)}</td><td class="number">${percent(macro.f1)}</td></tr></tfoot>
</table></details>`;
}
