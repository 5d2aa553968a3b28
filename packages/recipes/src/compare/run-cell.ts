import { createRng, type RunRecord } from '@graft-ml/core';
import { stratifiedSubset, type Dataset } from '@graft-ml/datasets';
import type { TrainEvent } from '@graft-ml/train';
import type { CutPoint } from '@graft-ml/transfer';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { OnProgress } from '@graft-ml/core';
import type { Budget, Recipe } from '../recipe.js';
import type { Cell } from './cell.js';
import { testOutcome } from './test-outcome.js';

/** What a cell needs beside its own data. */
export interface CellContext {
  readonly source: LayersModel;
  readonly defaultCut?: CutPoint;
  readonly train: Dataset;
  readonly test: Dataset;
  readonly budget: Budget;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TrainEvent) => void;
  readonly onProgress?: OnProgress;
}

/**
 * Run one cell: draw its labels (the same for every recipe of a seed), run the recipe, test the model once.
 */
export async function runCell(recipe: Recipe, cell: Cell, context: CellContext): Promise<RunRecord> {
  const { test, signal, onProgress, ...rest } = context;
  const train =
    cell.labels >= context.train.size
      ? context.train
      : stratifiedSubset(context.train, cell.labels, createRng(cell.seed).fork('labels'));
  const listening = {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const outcome = await recipe.run({ ...rest, ...listening, train, seed: cell.seed });
  try {
    return await testOutcome(outcome, test, { ...listening, recipe: recipe.name, labels: train.size, seed: cell.seed });
  } finally {
    outcome.model.dispose();
  }
}
