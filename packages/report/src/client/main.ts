import type { ExperimentRecord } from '@graft-ml/core';
import { CURVE_METRICS, CURVE_NAMES } from '../analysis/curves.js';
import { gridOf } from '../analysis/grid.js';
import { seriesStyles } from '../analysis/series.js';
import { labelsInWords } from '../analysis/verdict.js';
import { chartFrame } from './chart-frame.js';
import { curveChart } from './curve-chart.js';
import { labelChart } from './label-chart.js';
import { rawJson } from './raw-json.js';
import { runPicker } from './run-picker.js';

/** Brings the page to life; it was written by renderReport, which put the record in as JSON. */
function start(record: ExperimentRecord): void {
  document.documentElement.classList.add('js');
  const grid = gridOf(record.rows);
  const styles = seriesStyles(grid.recipes);

  const labelBox = document.getElementById('label-chart');
  if (labelBox) chartFrame(labelBox, (width) => labelChart(labelBox, width, record, grid, styles));

  const curveBox = document.getElementById('curve-chart');
  const controls = document.getElementById('curve-controls');
  if (curveBox && controls instanceof HTMLFormElement) {
    const outputs = new Map(
      [...document.querySelectorAll<HTMLElement>('[data-recipe]')].map((item) => [
        item.dataset['recipe'],
        item.querySelector('.reading'),
      ]),
    );
    const redraw = chartFrame(curveBox, (width) => {
      const chosen = new FormData(controls);
      const labels = Number(chosen.get('curve-labels'));
      const metric = CURVE_METRICS.find((each) => each === chosen.get('curve-metric')) ?? 'trainLoss';
      const name = `${CURVE_NAMES[metric]} over training steps with ${labelsInWords(labels, record.target.trainExamples)}`;
      const read: string[] = [];
      const chart = curveChart(curveBox, width, record, grid, styles, { labels, metric }, (recipe, value) => {
        const output = outputs.get(recipe);
        if (output) output.textContent = value;
      });
      for (const [recipe, output] of outputs) read.push(`${recipe} ends at ${output?.textContent}`);
      curveBox.setAttribute('aria-label', `${name}: ${read.join(', ')}.`);
      return chart;
    });
    controls.addEventListener('change', redraw);
  }
  runPicker(record);
  rawJson(record);
}

const island = document.getElementById('record')?.textContent;
if (island) start(JSON.parse(island) as ExperimentRecord);
