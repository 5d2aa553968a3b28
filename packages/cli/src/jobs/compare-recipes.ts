import { GraftError, type ExperimentRecord, type RunRecord } from '@graft-ml/core';
import { fileStore, writeAtomic } from '@graft-ml/core/node';
import { dataEntry } from '@graft-ml/datasets';
import { compare, recipe, summarise } from '@graft-ml/recipes';
import { comparisonTable, renderReport } from '@graft-ml/report';
import type { Session } from '../context.js';
import type { BudgetOptions, DataOptions, EngineOptions, FeatureOptions } from '../options/common.js';
import { budgetFrom } from '../support/budget.js';
import { compareProgress } from '../support/compare-progress.js';
import { featureStorage } from '../support/feature-storage.js';
import { loadNamed } from '../support/named-data.js';
import { assertLabelCount } from '../support/label-count.js';
import { assertFileWritable, assertFolderWritable } from '../support/output-files.js';
import { assertCut, planSource, sourceModel } from '../support/source-model.js';
import { startBackend } from '../support/start-backend.js';
import { percent, toJson } from '../terminal/format.js';
import { graftVersion } from '../version.js';

export interface CompareOptions extends EngineOptions, DataOptions, BudgetOptions, FeatureOptions {
  readonly source: string;
  readonly target: string;
  readonly recipes: readonly string[];
  readonly labels: readonly (number | 'all')[];
  readonly seeds: readonly number[];
  readonly cut?: string;
  readonly trainSource?: boolean;
  readonly sourceSteps?: number;
  /** Learning rates to try. */
  readonly tune?: readonly number[];
  /** A folder. */
  readonly runs?: string;
  /** A file name; `true` for stdout. */
  readonly json?: string | true;
  readonly report?: string;
}

/**
 * `graft compare`. Everything that was typed is checked before anything long starts: names, label counts against the
 * data, the cut against the source, and that the outputs can be written.
 */
export async function compareRecipes(options: CompareOptions, session: Session): Promise<void> {
  const { terminal, signal } = session;
  const recipes = options.recipes.map((name) => recipe(name));
  const budget = budgetFrom(options);
  dataEntry(options.target);
  const plan = await planSource(options.source, options.trainSource);
  if (options.cut !== undefined && !options.recipes.includes('frozen')) {
    throw new GraftError({
      code: 'bad-input',
      what: `--cut ${options.cut} was given, but "frozen" is not among the recipes.`,
      remedy: `Add frozen, or name the cut with the recipe: fine-tune@${options.cut}.`,
    });
  }
  const jsonFile = typeof options.json === 'string' ? options.json : undefined;
  for (const path of [jsonFile, options.report]) if (path !== undefined) await assertFileWritable(path);

  if (options.runs !== undefined) await assertFolderWritable(options.runs);

  const backend = await startBackend(options, session);
  const target = await loadNamed(options.target, options, session);
  for (const count of options.labels) assertLabelCount(count, target.train.size, options.target);
  const source = await sourceModel(plan, { ...options, measure: true }, session);
  if (options.cut !== undefined) assertCut(source, options.cut);
  if (source.testAccuracy !== null)
    terminal.note(`source: ${source.name}, test accuracy ${percent(source.testAccuracy)}`);

  const defaultCut = options.cut ?? source.defaultCut;
  const show = compareProgress(terminal);
  const runs: RunRecord[] = [];
  const record = await compare({
    source: {
      name: source.name,
      model: source.model,
      testAccuracy: source.testAccuracy,
      ...(defaultCut === undefined ? {} : { defaultCut }),
    },
    target,
    recipes,
    labels: options.labels,
    seeds: options.seeds,
    budget,
    features: featureStorage(options),
    ...(options.tune === undefined ? {} : { tune: { learningRates: options.tune } }),
    ...(options.runs === undefined ? {} : { store: fileStore(options.runs) }),
    backend,
    graftVersion: graftVersion(),
    signal,
    onEvent: (event) => {
      show(event);
      if (event.type === 'run-end') runs.push(event.run);
    },
  }).catch((thrown: unknown) => {
    // Hours of work are not lost without a word.
    if (runs.length > 0)
      terminal.warn(
        `The ${runs.length} runs that were finished:\n\n${comparisonTable(summarise(runs, target.test.size))}\n`,
      );
    throw thrown;
  });
  source.model.dispose();
  await writeResults(record, { json: options.json, report: options.report }, session);
}

/** Write and print a comparison: JSON alone when it goes to stdout, the table otherwise. */
export async function writeResults(
  record: ExperimentRecord,
  { json, report }: { readonly json?: string | boolean | undefined; readonly report?: string | undefined },
  { terminal }: Session,
): Promise<void> {
  if (typeof json === 'string') await writeAtomic(json, `${toJson(record)}\n`);
  if (report !== undefined) await writeAtomic(report, renderReport(record));
  terminal.result(json === true ? toJson(record) : comparisonTable(record));
  if (typeof json === 'string') terminal.note(`record: ${json}`);
  if (report !== undefined) terminal.note(`report: ${report}`);
}
