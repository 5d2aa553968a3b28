import { GraftError, type ExperimentRecord, type RunRecord } from '@graft-ml/core';
import { fileStore, writeAtomic } from '@graft-ml/core/node';
import { compare, recipe, summarise, type CompareSource } from '@graft-ml/recipes';
import { comparisonTable, renderReport } from '@graft-ml/report';
import type { Session } from '../context.js';
import type { BudgetOptions, DataOptions, EngineOptions, FeatureOptions } from '../options/common.js';
import type { PixelRange } from '../options/pixel-range.js';
import { budgetFrom } from '../support/budget.js';
import { compareProgress } from '../support/compare-progress.js';
import { featureStorage } from '../support/feature-storage.js';
import { planTarget } from '../support/compare-target.js';
import { assertLabelCount } from '../support/label-count.js';
import { assertFileWritable, assertFolderWritable } from '../support/output-files.js';
import { assertOwn } from '../support/own-model.js';
import { isCutAsRead, planRecipe } from '../support/plan-recipe.js';
import type { Source } from '../support/source.js';
import { assertCut, planSource, sourceModel, type SourcePlan } from '../support/source-model.js';
import type { NamedData } from '../support/named-data.js';
import { throughSource } from '../support/through-source.js';
import { startBackend } from '../support/start-backend.js';
import { percent, toJson } from '../terminal/format.js';
import { graftVersion } from '../version.js';

export interface CompareOptions extends EngineOptions, DataOptions, BudgetOptions, FeatureOptions {
  /** One backbone or several. */
  readonly source: readonly string[];
  /** A data set's name, or a folder of pictures. */
  readonly target: string;
  readonly recipes: readonly string[];
  readonly labels: readonly (number | 'all')[];
  readonly seeds: readonly number[];
  readonly cut?: string;
  readonly trainSource?: boolean;
  readonly sourceSteps?: number;
  readonly range?: PixelRange;
  /** Learning rates to try. */
  readonly tune?: readonly number[];
  /** Count epochs to it. */
  readonly targetAccuracy?: number;
  /** A folder. */
  readonly runs?: string;
  /** Only show what is in the folder of runs. */
  readonly finished?: boolean;
  /** A file name; `true` for stdout. */
  readonly json?: string | true;
  readonly report?: string;
}

/**
 * `graft compare`. Everything that was typed is checked before anything long starts: names, label counts against the
 * data, the cut against the sources, and that the outputs can be written.
 *
 * @param show what is printed of the record
 */
export async function compareRecipes(
  options: CompareOptions,
  session: Session,
  show: (record: ExperimentRecord) => string = comparisonTable,
): Promise<void> {
  const { terminal, signal } = session;
  const recipes = options.recipes.map((name) => recipe(name));
  const budget = budgetFrom(options);
  const targetPlan = await planTarget(options.target, options, session);
  const found: SourcePlan[] = [];
  for (const name of options.source) found.push(await planSource(name, options.trainSource));
  assertOwn(options.range, found);
  const plans = cutAsRead(options, found);
  refuseOptions(options, plans);
  const jsonFile = typeof options.json === 'string' ? options.json : undefined;
  for (const path of [jsonFile, options.report]) if (path !== undefined) await assertFileWritable(path);
  if (options.runs !== undefined) await assertFolderWritable(options.runs);

  const backend = await startBackend(options, session);
  // Before a source is trained.
  const most = await targetPlan.atMost();
  for (const count of options.labels) assertLabelCount(count, most, options.target);
  const sources: CompareSource[] = [];
  let pictures: Pick<NamedData, 'train' | 'test'> | undefined;
  for (const plan of plans) {
    const source = await sourceModel(plan, { ...options, measure: true }, session);
    const own = await targetPlan.load(source);
    for (const count of options.labels) assertLabelCount(count, own.train.size, options.target);
    pictures ??= own;
    if (options.cut !== undefined && !isCutAsRead(plan)) assertCut(source, options.cut);
    if (source.testAccuracy !== null)
      terminal.note(`source: ${source.name}, test accuracy ${percent(source.testAccuracy)}`);
    sources.push({
      ...compareSource(source, isCutAsRead(plan) ? undefined : options.cut),
      target: await seenBy(source, own, options, session),
    });
  }
  if (pictures === undefined) return;
  const target = { name: targetPlan.name, ...pictures };

  const progress = compareProgress(terminal);
  const runs: RunRecord[] = [];
  const record = await compare({
    source: sources,
    target,
    recipes,
    labels: options.labels,
    seeds: options.seeds,
    budget,
    features: featureStorage(options),
    ...(options.tune === undefined ? {} : { tune: { learningRates: options.tune } }),
    ...(options.targetAccuracy === undefined ? {} : { watch: { accuracy: options.targetAccuracy } }),
    ...(options.runs === undefined ? {} : { store: fileStore(options.runs) }),
    ...(options.finished === undefined ? {} : { finishedOnly: options.finished }),
    backend,
    graftVersion: graftVersion(),
    signal,
    onEvent: (event) => {
      progress(event);
      if (event.type === 'run-end') runs.push(event.run);
    },
  }).catch((thrown: unknown) => {
    // Hours of work are not lost without a word.
    if (runs.length > 0) {
      const rows = summarise(runs, target.test.size, options.targetAccuracy);
      terminal.warn(`The ${runs.length} runs that were finished:\n\n${comparisonTable(rows)}\n`);
    }
    throw thrown;
  });
  for (const { model } of sources) model.dispose();
  if (record.rows.length === 0) {
    throw new GraftError({
      code: 'not-found',
      what: `None of the ${record.missingRuns ?? 0} planned runs is in ${options.runs ?? 'the folder of runs'}.`,
      expected: 'Runs of the same source, data, budget and version were expected there.',
      remedy: 'Leave out --finished to run them.',
    });
  }
  await writeResults(record, options, session, show);
}

/** The target as a source's model takes it. An ONNX file has done its work when it has seen all examples once. */
async function seenBy(
  source: Source,
  { train, test }: Pick<NamedData, 'train' | 'test'>,
  options: FeatureOptions,
  session: Session,
): Promise<Pick<NamedData, 'train' | 'test'>> {
  const seen = {
    train: await throughSource(source, train, options, session),
    test: await throughSource(source, test, options, session),
  };
  await source.trunk?.release();
  return seen;
}

function compareSource(source: Source, at: string | undefined): CompareSource {
  const { name, model, testAccuracy } = source;
  const defaultCut = at ?? source.defaultCut;
  return { name, model, testAccuracy, ...(defaultCut === undefined ? {} : { defaultCut }) };
}

/**
 * The sources, those with the cut that are cut as they are read.
 *
 * @throws GraftError `bad-input` for a recipe that one of the sources does not allow
 */
function cutAsRead({ recipes, cut }: CompareOptions, sources: readonly SourcePlan[]): readonly SourcePlan[] {
  const plans = sources.map((source) => (isCutAsRead(source) && cut !== undefined ? { ...source, at: cut } : source));
  for (const name of recipes) {
    for (const source of plans) {
      planRecipe(name, undefined, source);
      if (!isCutAsRead(source) || !name.includes('@')) continue;
      throw new GraftError({
        code: 'bad-input',
        what: `"${name}" names a cut, and ${source.path} is cut once for all recipes.`,
        remedy: 'Name the node with --cut.',
      });
    }
  }
  return plans;
}

function refuseOptions({ cut, recipes, finished, runs }: CompareOptions, plans: readonly SourcePlan[]): void {
  if (cut !== undefined && !recipes.includes('frozen') && !plans.some((plan) => isCutAsRead(plan))) {
    throw new GraftError({
      code: 'bad-input',
      what: `--cut ${cut} was given, but "frozen" is not among the recipes.`,
      remedy: `Add frozen, or name the cut with the recipe: fine-tune@${cut}.`,
    });
  }
  if (finished === true && runs === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: '--finished was given without --runs.',
      expected: 'The folder in which finished runs are kept was expected.',
    });
  }
}

/** Write and print a comparison: JSON alone when it goes to stdout, the table otherwise. */
export async function writeResults(
  record: ExperimentRecord,
  { json, report }: { readonly json?: string | boolean | undefined; readonly report?: string | undefined },
  { terminal }: Session,
  show: (record: ExperimentRecord) => string = comparisonTable,
): Promise<void> {
  if (typeof json === 'string') await writeAtomic(json, `${toJson(record)}\n`);
  if (report !== undefined) await writeAtomic(report, renderReport(record));
  terminal.result(json === true ? toJson(record) : show(record));
  if (typeof json === 'string') terminal.note(`record: ${json}`);
  if (report !== undefined) terminal.note(`report: ${report}`);
}
