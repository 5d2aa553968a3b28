import { summarise } from '@graft-ml/recipes';
import { tableOf } from './table.mjs';
import { targetLines } from './targets.mjs';

/**
 * @typedef {import('@graft-ml/core').ExperimentRecord} Record
 * @typedef {{ part: import('./plan.mjs').Part, records: readonly Record[] }} Shown
 */

/**
 * docs/results.md: every part with its tables, and what was aimed at beside what was reached.
 *
 * @param {readonly Shown[]} shown
 * @param {readonly string[]} commits
 * @param {string} smallNet its section
 */
export function documentOf(shown, commits, smallNet) {
  const parts = shown.map(joined);
  return `${[
    '# Results',
    'Written by `npm run results` from the runs that it keeps; not edited by hand. Accuracies are of the whole test set, in per cent, each run looks at it once, and nothing is chosen by it.',
    'How to read the tables: the mean over seeds with its standard deviation; the 95 % interval of the mean by Student’s t; the difference to `scratch` over the seeds that both ran, with its paired 95 % interval by t and, behind it, by bootstrap over the seeds, which is too narrow with so few. **Bold**: the interval of the difference to scratch leaves out 0. ▼: negative transfer, worse than scratch by a one-sided paired t-test at 5 %. Memory is the most that all tensors took at any time of the training, the source model and the backend’s own among them. Seconds are wall time on a machine that did other work too: they tell little.',
    `Commits: ${commits.length === 0 ? 'none' : commits.map((commit) => `\`${commit}\``).join(', ')}.`,
    '## What was aimed at',
    targetLines(parts).join('\n'),
    ...parts.flatMap(section),
    smallNet,
  ].join('\n\n')}\n`;
}

/**
 * The stages of a part as one comparison.
 *
 * @param {Shown} shown
 */
function joined({ part, records }) {
  const runs = records.flatMap((record) => record.runs);
  const [first] = records;
  if (first === undefined) throw new Error(`The part ${part.id} has no stages.`);
  const cells = runs.map(({ recipe, labels, seed }) => `${recipe}, ${labels} labels, seed ${seed}`);
  const twice = cells.find((cell, at) => cells.indexOf(cell) !== at);
  // Counted twice, a run would make its interval narrower than it is.
  if (twice !== undefined) throw new Error(`Two stages of the part ${part.id} have the run ${twice}.`);
  const missing = records.reduce((sum, { missingRuns = 0 }) => sum + missingRuns, 0);
  return { part, first, runs, missing, rows: summarise(runs, first.target.testExamples) };
}

/** @param {ReturnType<typeof joined>} part */
function section({ part, first, runs, missing, rows }) {
  const { source, target } = first;
  const counts = [...new Set(rows.map(({ labels }) => labels))].sort((a, b) => a - b);
  const seconds = runs.reduce((sum, run) => sum + run.trainSeconds, 0);
  const causes = rows
    .filter(({ negativeTransfer }) => negativeTransfer)
    .map(
      ({ recipe, labels, likelyCause }) =>
        `- ▼ ${recipe}, ${labels} labels: ${likelyCause ?? 'no cause shows in the curves'}.`,
    );
  return [
    `## ${part.title}`,
    [
      ...part.remarks,
      missing === 0
        ? ''
        : `${missing} of ${runs.length + missing} planned runs are not finished: the tables say over how many seeds they are.`,
    ]
      .filter((line) => line !== '')
      .join(' '),
    ...(runs.length === 0
      ? []
      : counts.flatMap((labels) => [
          `### ${labels === target.trainExamples ? `All ${labels.toLocaleString('en')}` : labels.toLocaleString('en')} labels`,
          tableOf(rows.filter((row) => row.labels === labels)),
        ])),
    ...(causes.length === 0 ? [] : [causes.join('\n')]),
    [
      `- source: ${source.name}, sha256 of its weights \`${source.fingerprint ?? ''}\``,
      `- data: ${target.name}, ${target.trainExamples.toLocaleString('en')} + ${target.testExamples.toLocaleString('en')} examples, sha256 \`${target.fingerprint}\` and \`${target.testFingerprint ?? ''}\``,
      `- ${runs.length} runs, ${(seconds / 60).toFixed(0)} minutes of training`,
    ].join('\n'),
  ];
}
