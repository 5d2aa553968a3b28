import {
  environmentOf,
  GraftError,
  throwIfCancelled,
  type ActiveBackend,
  type ExperimentRecord,
  type Progress,
  type RunRecord,
} from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import type { TrainEvent } from '@graft-ml/train';
import type { CutPoint } from '@graft-ml/transfer';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Budget, Recipe } from '../recipe.js';
import { cellsOf, type Cell } from './cell.js';
import { defaultBudget } from './default-budget.js';
import { runCell } from './run-cell.js';
import { summarise } from './summarise.js';

export type CompareEvent =
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
  const cells = cellsOf([...byName.keys()], counts, [...new Set(options.seeds)]);
  const runs: RunRecord[] = [];
  for (const [index, cell] of cells.entries()) {
    throwIfCancelled(signal, `comparing, after ${index} of ${cells.length} runs`);
    const recipe = byName.get(cell.recipe);
    if (recipe === undefined) continue;
    onEvent?.({ type: 'run-start', cell, index, total: cells.length });
    const run = await runCell(recipe, cell, {
      source: source.model,
      ...(source.defaultCut === undefined ? {} : { defaultCut: source.defaultCut }),
      train: target.train,
      test: target.test,
      budget: (options.budget ?? defaultBudget)(cell.labels),
      ...(signal === undefined ? {} : { signal }),
      onEvent: (event) => onEvent?.({ type: 'train', cell, event }),
      onProgress: (progress) => onEvent?.({ type: 'progress', cell, progress }),
    });
    runs.push(run);
    onEvent?.({ type: 'run-end', cell, run, index, total: cells.length });
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
    environment: environmentOf(options.backend, options.graftVersion, startedAt),
  };
}

function checkPlan({ recipes, labels, seeds, target }: CompareOptions): void {
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
