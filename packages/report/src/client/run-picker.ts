import type { ExperimentRecord } from '@graft-ml/core';
import { methodOf } from '../analysis/grid.js';
import { noRun, runFacts, runView } from '../sections/run-view.js';

/** Shows the run that the drop-down lists name. */
export function runPicker(record: ExperimentRecord): void {
  const form = document.getElementById('run-controls');
  const view = document.getElementById('run-view');
  const facts = document.getElementById('run-facts');
  if (!form || !view || !facts) return;
  form.addEventListener('change', () => {
    const [recipe, labels, seed] = ['run-recipe', 'run-labels', 'run-seed'].map((id) => {
      const list = document.getElementById(id);
      return list instanceof HTMLSelectElement ? list.value : '';
    });
    const run = record.runs.find(
      (each) => methodOf(each) === recipe && String(each.labels) === labels && String(each.seed) === seed,
    );
    facts.innerHTML = (run ? runFacts(run, record.target.trainExamples) : noRun()).text;
    view.innerHTML = run ? runView(run, record.target.labels).text : '';
  });
}
