import type { ExperimentRecord, ResultRow } from '@graft-ml/core';
import type { Grid } from '../analysis/grid.js';
import type { SeriesStyle } from '../analysis/series.js';
import { markup, type Html } from '../text/html.js';
import { count, percent, points } from '../text/numbers.js';
import { epochsInWords, settingsInWords } from '../text/rows.js';
import { swatch } from './swatch.js';

/** What each method cost and how sure its gain is: a line for each method and label count. */
export function costs(record: ExperimentRecord, grid: Grid, styles: ReadonlyMap<string, SeriesStyle>): Html {
  const whole = record.target.trainExamples;
  const { rows, targetAccuracy } = record;
  const has = {
    gain: rows.some((row) => row.gain !== undefined),
    memory: rows.some((row) => row.peakBytes !== undefined),
    epochs: rows.some((row) => row.epochsToTarget !== undefined),
    settings: rows.some((row) => row.settings !== undefined),
  };
  if (!Object.values(has).includes(true)) return markup``;
  const head = (text: string): Html => markup`<th scope="col" class="number">${text}</th>`;
  const optional = (shown: boolean, cell: Html): Html => (shown ? cell : markup``);
  const cell = (text: string): Html => markup`<td class="number">${text}</td>`;
  return markup`<section class="card" id="costs" aria-labelledby="costs-title">
<h2 id="costs-title">Gains and costs</h2>
<div class="scroll" role="region" tabindex="0" aria-labelledby="costs-title">
<table>
<caption><span>Gain: difference to scratch in points over the seeds that both ran, with its 95 % interval by paired t and by bootstrap over seeds (too narrow with few seeds). Memory: the most that all tensors took at any time of a training.${
    targetAccuracy === undefined
      ? ''
      : ` Epochs: until ${percent(targetAccuracy)} % of training examples beside the labelled ones were right.`
  }${has.settings ? ' Chosen: by validation on a part of the labelled examples.' : ''}</span></caption>
<thead><tr><th scope="col">Recipe</th>${head('Labels')}${optional(
    has.gain,
    markup`${head('Gain')}${head('95 % by t')}${head('by bootstrap')}`,
  )}${optional(has.epochs, head('Epochs'))}${optional(has.memory, head('Memory, MB'))}${head('Seconds')}${optional(
    has.settings,
    head('Chosen'),
  )}</tr></thead>
<tbody>${grid.recipes.flatMap((recipe) =>
    grid.labelCounts.flatMap((labels) => {
      const row = grid.row(recipe, labels);
      if (row === undefined) return [];
      return [
        markup`<tr><th scope="row">${swatch(styles.get(recipe))}<span>${recipe}</span></th>${cell(
          `${labels === whole ? 'all ' : ''}${count(labels)}`,
        )}${optional(has.gain, gains(row))}${optional(has.epochs, cell(epochsInWords(row)))}${optional(
          has.memory,
          cell(row.peakBytes === undefined ? '–' : count(row.peakBytes / 1e6)),
        )}${cell(row.trainSeconds.toFixed(1))}${optional(has.settings, cell(settingsInWords(row)))}</tr>
`,
      ];
    }),
  )}</tbody>
</table>
</div>
</section>`;
}

function gains({ gain }: ResultRow): Html {
  const cells =
    gain === undefined
      ? ['–', '–', '–']
      : [
          points(gain.mean),
          `${points(gain.low)} to ${points(gain.high)}`,
          gain.bootstrap === undefined ? '–' : `${points(gain.bootstrap.low)} to ${points(gain.bootstrap.high)}`,
        ];
  return markup`${cells.map((text) => markup`<td class="number">${text}</td>`)}`;
}
