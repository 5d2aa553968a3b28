import { join } from 'node:path';
import { GraftError, type ExperimentRecord, type ResultRow } from '@graft-ml/core';
import { writeAtomic } from '@graft-ml/core/node';
import { dataEntry } from '@graft-ml/datasets';
import { compare, recipe } from '@graft-ml/recipes';
import { comparisonTable, renderReport } from '@graft-ml/report';
import type { Session } from '../context.js';
import type { EngineOptions } from '../options/common.js';
import { budgetFrom } from '../support/budget.js';
import { compareProgress } from '../support/compare-progress.js';
import { writeExamplePictures } from '../support/example-pictures.js';
import { assertLabelCount } from '../support/label-count.js';
import { loadNamed } from '../support/named-data.js';
import { assertFolderWritable } from '../support/output-files.js';
import { saveOutcome, withLabels } from '../support/save-outcome.js';
import { sourceModel } from '../support/source-model.js';
import { startBackend } from '../support/start-backend.js';
import { trainingProgress } from '../support/training-progress.js';
import { formatDuration, percent, toJson } from '../terminal/format.js';
import { graftVersion } from '../version.js';

export interface QuickstartOptions extends EngineOptions {
  readonly out: string;
  readonly recipes: readonly string[];
  readonly labels: number | 'all';
  readonly seeds: readonly number[];
  readonly sourceSteps: number;
  readonly steps: number;
  readonly json?: boolean;
}

const SOURCE = 'sketches-source';
const TARGET = 'sketches-target';

/**
 * `graft quickstart`: the main job from the first step to the last, on the embedded pair of data sets, without a
 * network: train a source, transfer it with few labels, compare recipes, write a report, and save the best one's model.
 */
export async function runQuickstart(options: QuickstartOptions, session: Session): Promise<void> {
  const { terminal, signal } = session;
  const started = performance.now();
  const recipes = options.recipes.map((name) => recipe(name));
  const budgetOf = budgetFrom(options);
  const { range } = dataEntry(TARGET);
  await assertFolderWritable(options.out);

  const backend = await startBackend(options, session);
  const target = await loadNamed(TARGET, {}, session);
  assertLabelCount(options.labels, target.train.size, TARGET);
  const source = await sourceModel(
    { kind: 'data', name: SOURCE },
    { sourceSteps: options.sourceSteps, measure: true },
    session,
  );
  terminal.note(`source: ${source.name}, test accuracy ${percent(source.testAccuracy ?? Number.NaN)}`);
  const defaultCut = source.defaultCut === undefined ? {} : { defaultCut: source.defaultCut };
  const record = await compare({
    source: { name: source.name, model: source.model, testAccuracy: source.testAccuracy, ...defaultCut },
    target,
    recipes,
    labels: [options.labels],
    seeds: options.seeds,
    budget: budgetOf,
    backend,
    graftVersion: graftVersion(),
    signal,
    onEvent: compareProgress(terminal),
  });

  const best = bestRow(record.rows);
  const [seed = 0] = best.seeds;
  const train = withLabels(target.train, options.labels, seed);
  const budget = budgetOf(train.size);
  const outcome = await recipe(best.recipe).run({
    source: source.model,
    train,
    seed,
    budget,
    ...defaultCut,
    signal,
    onEvent: trainingProgress(terminal, `training ${best.recipe} once more, to keep its model`),
    onProgress: (progress) => terminal.progress(progress),
  });
  const files = {
    report: join(options.out, 'report.html'),
    record: join(options.out, 'record.json'),
    model: join(options.out, 'model'),
  };
  const provenance = {
    recipe: best.recipe,
    backbone: source.name,
    ...defaultCut,
    data: TARGET,
    fingerprint: await train.fingerprint(),
    seed,
    budget,
  };
  await saveOutcome(files.model, outcome, train, { range, provenance });
  outcome.model.dispose();
  source.model.dispose();
  await writeAtomic(files.report, renderReport(record));
  await writeAtomic(files.record, `${toJson(record)}\n`);
  const pictures = await writeExamplePictures(join(options.out, 'pictures'), target.test);
  if (options.json === true) {
    terminal.result(toJson(record));
    return;
  }
  terminal.result(comparisonTable(record));
  terminal.result(summary(record, best, files, pictures, performance.now() - started));
}

/** The row with the best mean; a comparison always has one. */
function bestRow(rows: readonly ResultRow[]): ResultRow {
  const [best] = [...rows].sort((a, b) => b.testAccuracy.mean - a.testAccuracy.mean);
  if (best === undefined) throw new GraftError({ code: 'internal', what: 'The comparison has no rows.' });
  return best;
}

function summary(
  record: ExperimentRecord,
  best: ResultRow,
  files: { readonly report: string; readonly model: string },
  pictures: readonly string[],
  milliseconds: number,
): string {
  const scratch = record.rows.find((row) => row.recipe === 'scratch');
  const gain =
    scratch === undefined || best === scratch
      ? ''
      : `, ${((best.testAccuracy.mean - scratch.testAccuracy.mean) * 100).toFixed(1)} points better than from scratch`;
  return `
Best: ${best.recipe} with ${percent(best.testAccuracy.mean)}${gain}.
Done in ${formatDuration(milliseconds)}.

  report  ${files.report}  (open it in a browser)
  model   ${files.model}

What to try next:
  $ npx graft predict ${files.model} ${pictures.join(' ')}
  $ npx graft evaluate ${files.model} --data ${TARGET}
  $ npx graft compare --source mnist --target fashion-mnist --labels 100,1000 --seeds 3 --report out.html
  $ npx graft --help`;
}
