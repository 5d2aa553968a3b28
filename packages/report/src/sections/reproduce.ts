import type { ExperimentRecord } from '@graft-ml/core';
import { methodOf, type Grid } from '../analysis/grid.js';
import { markup, type Html } from '../text/html.js';
import { count, duration, percent, significant } from '../text/numbers.js';

/** Environment, seeds, hashes, every single run, and the record itself: what it takes to run this again. */
export function reproduce(record: ExperimentRecord, grid: Grid): Html {
  const { environment, target } = record;
  const details = Object.entries(environment.backendDetails).map(([name, value]) => `${name}: ${value}`);
  return markup`<section class="card" aria-labelledby="reproduce-title">
<h2 id="reproduce-title">Environment and reproduction</h2>
<dl class="environment">
${item('Graft', environment.graft)}
${item('TensorFlow.js', environment.tfjs)}
${item('Backend', details.length === 0 ? environment.backend : `${environment.backend} (${details.join(', ')})`)}
${item('Runtime', environment.runtime)}
${item('Platform', environment.platform)}
${item('Started', startOf(environment.startedAt))}
${item('Took', duration(environment.seconds))}
${item('Seeds', grid.seeds.join(', '))}
${item('Target data', `${target.name}: ${count(target.trainExamples)} training and ${count(target.testExamples)} test examples`)}
${hash('Training data (sha256)', target.fingerprint)}
${hash('Test data (sha256)', target.testFingerprint)}
${(record.backbones ?? [record.source]).map(({ name, fingerprint }) => hash(`Weights of ${name} (sha256)`, fingerprint))}
</dl>
${runsTable(record)}
<details class="raw"><summary>Raw record (JSON)</summary>
<p class="js-only"><button type="button" id="save-json">Save as a file</button></p>
<pre id="raw-json" tabindex="0" aria-label="The record as JSON"><noscript>Shown with JavaScript; it is also in the source of this page.</noscript></pre>
</details>
</section>`;
}

function runsTable(record: ExperimentRecord): Html {
  if (record.runs.length === 0) return markup``;
  return markup`<details><summary>All ${record.runs.length} runs</summary>
<div class="scroll" role="region" tabindex="0" aria-label="All runs">
<table><caption>In the order in which they ran</caption>
<thead><tr><th scope="col">Recipe</th>${[
    'Labels',
    'Seed',
    'Test accuracy',
    'Test loss',
    'Steps',
    'Seconds',
    'Trainable',
    'Parameters',
  ].map((name) => markup`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${record.runs.map(
    (run) =>
      markup`<tr><th scope="row">${methodOf(run)}</th>${[
        count(run.labels),
        String(run.seed),
        `${percent(run.testAccuracy)}%`,
        significant(run.testLoss),
        count(run.steps),
        run.trainSeconds.toFixed(2),
        count(run.trainableParameters),
        count(run.totalParameters),
      ].map((value) => markup`<td class="number">${value}</td>`)}</tr>`,
  )}</tbody></table></div></details>`;
}

function item(name: string, value: string): Html {
  return markup`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function hash(name: string, value: string | undefined): Html {
  if (value === undefined) return markup``;
  return markup`<div class="wide"><dt>${name}</dt><dd><code>${value}</code></dd></div>`;
}

/** `2025-03-04 09:15 UTC`, or the text as it is when it is no date. */
function startOf(startedAt: string): string {
  const date = new Date(startedAt);
  return Number.isNaN(date.getTime()) ? startedAt : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
