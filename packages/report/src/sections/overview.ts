import type { ExperimentRecord } from '@graft-ml/core';
import { seedsInWords, type Grid } from '../analysis/grid.js';
import { singleRun, singleVerdict } from '../analysis/single-run.js';
import { verdictOf, type Verdict } from '../analysis/verdict.js';
import { markup, type Html } from '../text/html.js';
import { plural } from '../text/lists.js';
import { count, duration, percent } from '../text/numbers.js';

const SIGNS: Readonly<Record<Verdict['tone'], string>> = { helped: '✓', hurt: '▼', mixed: '±', unclear: '≈' };

/** Title, the verdict in plain language, and the facts of the experiment at a glance. */
export function overview(record: ExperimentRecord, grid: Grid): Html {
  const { source, target, environment } = record;
  const alone = singleRun(record);
  const verdict = alone === undefined ? verdictOf(grid, target.trainExamples) : singleVerdict(record, alone);
  const known = (record.backbones ?? [source]).flatMap(({ name, testAccuracy }) => {
    const of = record.backbones === undefined ? '' : `${name}: `;
    return testAccuracy === null ? [] : [`${of}${percent(testAccuracy)}% on its own test set`];
  });
  const missing = record.missingRuns;
  return markup`<header class="page-head">
<p class="kicker">Graft · transfer experiment</p>
<h1><span>${source.name}</span> <span class="arrow" aria-label="to">→</span> <span>${target.name}</span></h1>
<section class="verdict verdict-${verdict.tone}" aria-label="Verdict">
<div class="verdict-sign" aria-hidden="true">${SIGNS[verdict.tone]}</div>
<div><h2>${verdict.headline}</h2><p>${verdict.sentences.join(' ')}</p>${
    missing === undefined
      ? markup``
      : markup`<p><b>Not all of it is there:</b> ${plural(missing, 'planned run')} ${missing === 1 ? 'is' : 'are'} not finished.</p>`
  }</div>
</section>
<dl class="facts">
${fact(record.backbones === undefined ? 'Source model' : 'Source models', source.name, known.join('; '))}
${fact('Target task', target.name, `${count(target.labels.length)} classes, ${count(target.testExamples)} test examples`)}
${alone === undefined ? compared(record, grid) : fact('Recipe', alone.recipe, `${count(alone.steps)} steps, seed ${alone.seed}`)}
${fact('Ran on', environment.backend, `${environment.runtime}; ${duration(environment.seconds)} in all`)}
</dl>
</header>`;
}

function compared(record: ExperimentRecord, grid: Grid): Html {
  return fact(
    'Compared',
    plural(new Set(record.rows.map(({ recipe }) => recipe)).size, 'recipe'),
    [
      ...(record.backbones === undefined ? [] : [plural(record.backbones.length, 'backbone')]),
      plural(grid.labelCounts.length, 'label count'),
      seedsInWords(grid),
    ].join(', '),
  );
}

function fact(name: string, value: string, detail: string): Html {
  return markup`<div><dt>${name}</dt><dd>${value}<small>${detail}</small></dd></div>`;
}
