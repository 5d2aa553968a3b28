import type { ExperimentRecord } from '@graft-ml/core';
import type { Grid } from '../analysis/grid.js';
import { verdictOf, type Verdict } from '../analysis/verdict.js';
import { markup, type Html } from '../text/html.js';
import { plural } from '../text/lists.js';
import { count, duration, percent } from '../text/numbers.js';

const SIGNS: Readonly<Record<Verdict['tone'], string>> = { helped: '✓', hurt: '▼', mixed: '±', unclear: '≈' };

/** Title, the verdict in plain language, and the facts of the experiment at a glance. */
export function overview(record: ExperimentRecord, grid: Grid): Html {
  const { source, target, environment } = record;
  const verdict = verdictOf(grid, target.trainExamples);
  const known = source.testAccuracy === null ? '' : `${percent(source.testAccuracy)}% on its own test set`;
  return markup`<header class="page-head">
<p class="kicker">Graft · transfer experiment</p>
<h1><span>${source.name}</span> <span class="arrow" aria-label="to">→</span> <span>${target.name}</span></h1>
<section class="verdict verdict-${verdict.tone}" aria-label="Verdict">
<div class="verdict-sign" aria-hidden="true">${SIGNS[verdict.tone]}</div>
<div><h2>${verdict.headline}</h2><p>${verdict.sentences.join(' ')}</p></div>
</section>
<dl class="facts">
${fact('Source model', source.name, known)}
${fact('Target task', target.name, `${count(target.labels.length)} classes, ${count(target.testExamples)} test examples`)}
${fact('Compared', plural(grid.recipes.length, 'recipe'), `${plural(grid.labelCounts.length, 'label count')}, ${plural(grid.seeds.length, 'seed')} each`)}
${fact('Ran on', environment.backend, `${environment.runtime}; ${duration(environment.seconds)} in all`)}
</dl>
</header>`;
}

function fact(name: string, value: string, detail: string): Html {
  return markup`<div><dt>${name}</dt><dd>${value}<small>${detail}</small></dd></div>`;
}
