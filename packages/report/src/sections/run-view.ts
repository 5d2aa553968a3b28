import type { MistakeRecord, RunRecord } from '@graft-ml/core';
import { methodOf } from '../analysis/grid.js';
import { labelsInWords } from '../analysis/verdict.js';
import { pictureUri } from '../pictures/data-uri.js';
import { markup, type Html } from '../text/html.js';
import { count, duration, percent, significant } from '../text/numbers.js';
import { confusion } from './confusion.js';

/** One run in a sentence. */
export function runFacts(run: RunRecord, whole: number): Html {
  return markup`<b>${methodOf(run)}</b> with ${labelsInWords(run.labels, whole)}, seed ${run.seed}: <b>${percent(
    run.testAccuracy,
  )}%</b> test accuracy, loss ${significant(run.testLoss)}, ${count(run.steps)} steps in ${duration(run.trainSeconds)}.`;
}

/** Where one run went wrong, drawn the same way when the page is written and when another run is chosen in it. */
export function runView(run: RunRecord, labels: readonly string[]): Html {
  return markup`${confusion(run.confusion, labels)}
${mistakes(run.mistakes)}`;
}

/** Said in place of a run that the record does not hold. */
export function noRun(): Html {
  return markup`The record holds no run of this recipe with this label count and seed.`;
}

function mistakes(all: readonly MistakeRecord[]): Html {
  if (all.length === 0) return markup``;
  const sorted = [...all].sort((a, b) => b.confidence - a.confidence);
  return markup`<h3>Worst mistakes</h3>
<p class="note">Test examples that this run got wrong with the most confidence.</p>
<ul class="mistakes">${sorted.map(mistake)}</ul>`;
}

function mistake({ index, truth, predicted, confidence, image }: MistakeRecord): Html {
  const uri = image && pictureUri(image);
  const picture = uri
    ? markup`<img src="${uri}" alt="${`Test example ${index}, true class ${truth}`}" width="96" height="${Math.round(
        (96 * (image?.height ?? 1)) / (image?.width ?? 1),
      )}">`
    : markup`<div class="no-picture">no picture</div>`;
  return markup`<li><figure>${picture}<figcaption><dl><dt>said</dt><dd class="said">${predicted}</dd><dt>is</dt><dd>${truth}</dd><dt>sure</dt><dd>${percent(
    confidence,
  )}%</dd></dl><small>test example ${count(index)}</small></figcaption></figure></li>`;
}
