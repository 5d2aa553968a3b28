import {
  environmentOf,
  GraftError,
  throwIfCancelled,
  type ActiveBackend,
  type ExperimentRecord,
  type Progress,
  type RunRecord,
  type Store,
  type TrialRecord,
} from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import type { TrainEvent } from '@graft-ml/train';
import type { CutPoint } from '@graft-ml/transfer';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Budget, FeatureStorage, Recipe } from '../recipe.js';
import { cellsOf, type Cell } from './cell.js';
import { defaultBudget } from './default-budget.js';
import { FinishedCells, modelFingerprint } from './finished-cells.js';
import { runSchema, trialSchema } from './record-schemas.js';
import { runCell, runTrial, type CellContext } from './run-cell.js';
import { summarise } from './summarise.js';
import { tuned, type TuneOptions } from './tune.js';

/** How much of the labelled examples judges candidates while tuning. */
const DEFAULT_FRACTION = 0.2;

export type CompareEvent =
  | { readonly type: 'trial'; readonly cell: Cell }
  | { readonly type: 'run-start'; readonly cell: Cell; readonly index: number; readonly total: number }
  | { readonly type: 'train'; readonly cell: Cell; readonly event: TrainEvent }
  | { readonly type: 'progress'; readonly cell: Cell; readonly progress: Progress }
  | {
      readonly type: 'run-end';
      readonly cell: Cell;
      readonly run: RunRecord;
      readonly index: number;
      readonly total: number;
    };

export interface CompareOptions {
  readonly source: {
    readonly name: string;
    readonly model: LayersModel;
    /** A fraction, or null when the source was not evaluated on its own task. */
    readonly testAccuracy: number | null;
    readonly defaultCut?: CutPoint;
  };
  readonly target: { readonly name: string; readonly train: Dataset; readonly test: Dataset };
  readonly recipes: readonly Recipe[];
  /** Label counts; `all` is the whole training set. */
  readonly labels: readonly (number | 'all')[];
  readonly seeds: readonly number[];
  /** What a run may use at a label count. Default: the seed experiment's (`defaultBudget`). */
  readonly budget?: (labels: number) => Budget;
  /** Choose each recipe's numbers by validation on a part of the labelled examples. Default: the recipes' own choices. */
  readonly tune?: TuneOptions;
  /** Where each finished run is kept at once; a comparison that was interrupted goes on from there. */
  readonly store?: Store;
  /** See `RecipeTask`. */
  readonly features?: FeatureStorage;
  readonly backend: ActiveBackend;
  readonly graftVersion: string;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: CompareEvent) => void;
}

/**
 * Run recipes × label counts × seeds and compare them: every recipe of a seed gets the same labelled examples, the same
 * budget and one look at the test data. The record says where a recipe did worse than scratch (negative transfer).
 *
 * @throws GraftError `bad-input` for an empty or impossible plan, `cancelled` when the signal fires
 */
export async function compare(options: CompareOptions): Promise<ExperimentRecord> {
  const { source, target, signal, onEvent } = options;
  const startedAt = new Date();
  checkPlan(options);
  const counts = [...new Set(options.labels.map((count) => (count === 'all' ? target.train.size : count)))].sort(
    (a, b) => a - b,
  );
  const byName = new Map(options.recipes.map((recipe) => [recipe.name, recipe]));
  const planned = cellsOf([...byName.keys()], counts, [...new Set(options.seeds)]);
  const finished = new FinishedCells(options.store, await factsOf(options));
  const contextOf = (cell: Cell): CellContext => ({
    source: source.model,
    ...(source.defaultCut === undefined ? {} : { defaultCut: source.defaultCut }),
    train: target.train,
    test: target.test,
    budget: (options.budget ?? defaultBudget)(cell.labels),
    ...(options.features === undefined ? {} : { features: options.features }),
    ...(signal === undefined ? {} : { signal }),
    onEvent: (event) => onEvent?.({ type: 'train', cell, event }),
    onProgress: (progress) => onEvent?.({ type: 'progress', cell, progress }),
  });
  const trials: TrialRecord[] = [];
  const chosen = new Map<string, Readonly<Record<string, number>>>();
  const settingsFor = async (recipe: Recipe, labels: number): Promise<Cell['settings']> => {
    const { tune } = options;
    if (tune === undefined) return undefined;
    const key = `${labels} ${recipe.name}`;
    const known = chosen.get(key);
    if (known !== undefined) return known;
    const best = await tuned(recipe, tune.learningRates, async (settings) => {
      const tried: TrialRecord[] = [];
      for (const seed of new Set(options.seeds)) {
        throwIfCancelled(signal, `tuning ${recipe.name}`);
        const cell = { recipe: recipe.name, labels, seed, settings };
        onEvent?.({ type: 'trial', cell });
        const context = contextOf(cell);
        const identity = { trial: cell, budget: context.budget, fraction: tune.fraction ?? DEFAULT_FRACTION };
        tried.push(
          await finished.result(identity, trialSchema, () =>
            runTrial(recipe, cell, context, tune.fraction ?? DEFAULT_FRACTION),
          ),
        );
      }
      trials.push(...tried);
      return tried;
    });
    chosen.set(key, best);
    return best;
  };
  const runs: RunRecord[] = [];
  for (const [index, plain] of planned.entries()) {
    throwIfCancelled(signal, `comparing, after ${index} of ${planned.length} runs`);
    const recipe = byName.get(plain.recipe);
    if (recipe === undefined) continue;
    onEvent?.({ type: 'run-start', cell: plain, index, total: planned.length });
    const settings = await settingsFor(recipe, plain.labels);
    const cell: Cell = settings === undefined ? plain : { ...plain, settings };
    const context = contextOf(cell);
    const run = await finished.result({ cell, budget: context.budget }, runSchema, () =>
      runCell(recipe, cell, context),
    );
    runs.push(run);
    onEvent?.({ type: 'run-end', cell, run, index, total: planned.length });
  }
  return {
    format: 'graft-experiment',
    formatVersion: 1,
    source: { name: source.name, testAccuracy: source.testAccuracy },
    target: {
      name: target.name,
      fingerprint: await target.train.fingerprint(),
      trainExamples: target.train.size,
      testExamples: target.test.size,
      labels: target.test.target.kind === 'values' ? target.test.target.names : target.test.target.labels,
    },
    rows: summarise(runs, target.test.size),
    runs,
    ...(options.tune === undefined ? {} : { trials }),
    environment: environmentOf(options.backend, options.graftVersion, startedAt),
  };
}

/** What all cells depend on beside themselves. */
async function factsOf({ source, target, backend, graftVersion, store }: CompareOptions): Promise<unknown> {
  if (store === undefined) return undefined;
  return {
    source: await modelFingerprint(source.model),
    defaultCut: source.defaultCut ?? null,
    train: await target.train.fingerprint(),
    test: await target.test.fingerprint(),
    backend: backend.name,
    graftVersion,
  };
}

function checkPlan({ recipes, labels, seeds, target, tune }: CompareOptions): void {
  const fraction = tune?.fraction ?? DEFAULT_FRACTION;
  if (
    !(fraction > 0 && fraction < 1) ||
    (tune !== undefined && !(tune.learningRates.length > 0 && tune.learningRates.every((rate) => rate > 0)))
  ) {
    throw new GraftError({
      code: 'bad-input',
      what: `Tuning has the fraction ${fraction} and the learning rates ${tune?.learningRates.join(', ')}.`,
      expected: 'A fraction between 0 and 1 and rates above 0 were expected.',
    });
  }
  for (const [name, list] of Object.entries({ recipes, labels, seeds })) {
    if (list.length === 0) {
      throw new GraftError({
        code: 'bad-input',
        what: `The comparison has no ${name}.`,
        expected: 'At least one was expected.',
      });
    }
  }
  for (const count of labels) {
    if (count === 'all') continue;
    if (!Number.isSafeInteger(count) || count < 1 || count > target.train.size) {
      throw new GraftError({
        code: 'bad-input',
        what: `${count} labels were asked for.`,
        expected: `A whole number from 1 to the ${target.train.size} training examples of ${target.name} was expected.`,
        remedy: 'Use `all` for the whole training set.',
      });
    }
  }
}
