import { createRng, networkOf, type RunRecord } from '@graft-ml/core';
import { stratifiedSubset, type Dataset } from '@graft-ml/datasets';
import { ConfusionMatrix } from '@graft-ml/metrics';
import { evaluate, type TrainEvent } from '@graft-ml/train';
import type { CutPoint } from '@graft-ml/transfer';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { OnProgress } from '@graft-ml/core';
import type { Budget, Recipe } from '../recipe.js';
import type { Cell } from './cell.js';
import { worstMistakes } from './mistakes.js';

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

/** How many of the worst mistakes a run records. */
const MISTAKES = 12;

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
    const tested = await evaluate(networkOf(outcome.model), test, listening);
    const classes = test.target.kind === 'classes' ? test.target.labels.length : 0;
    const confusion = new ConfusionMatrix(Math.max(1, classes));
    if (classes > 0 && test.classes !== undefined) confusion.update(tested.outputs, test.classes, classes);
    return {
      recipe: recipe.name,
      labels: train.size,
      seed: cell.seed,
      testAccuracy: tested.metrics['accuracy'] ?? Number.NaN,
      testLoss: tested.loss,
      trainSeconds: outcome.trainSeconds,
      steps: outcome.result.steps,
      trainableParameters: outcome.trainableParameters,
      totalParameters: outcome.totalParameters,
      curve: outcome.result.history,
      confusion: confusion.counts,
      mistakes: await worstMistakes(test, tested.outputs, MISTAKES),
    };
  } finally {
    outcome.model.dispose();
  }
}
