import { createRng, networkOf, watchBytes, type OnProgress, type RunRecord, type TrialRecord } from '@graft-ml/core';
import { splitDataset, stratifiedSubset, subset, type Dataset } from '@graft-ml/datasets';
import { evaluate, type TrainEvent } from '@graft-ml/train';
import type { CutPoint } from '@graft-ml/transfer';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Budget, FeatureStorage, Recipe, RecipeTask } from '../recipe.js';
import type { Cell } from './cell.js';
import { testOutcome } from './test-outcome.js';

/** What a cell needs beside its own data. */
export interface CellContext {
  readonly source: LayersModel;
  readonly defaultCut?: CutPoint;
  readonly train: Dataset;
  readonly test: Dataset;
  readonly budget: Budget;
  readonly features?: FeatureStorage;
  /** How many training examples beyond the labelled ones validate after each epoch, to see how fast a recipe learns. */
  readonly watch?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TrainEvent) => void;
  readonly onProgress?: OnProgress;
}

/**
 * Run one cell: draw its labels (the same for every recipe of a seed), run the recipe, test the model once.
 */
export async function runCell(recipe: Recipe, cell: Cell, context: CellContext): Promise<RunRecord> {
  const train = labelledExamples(cell, context.train);
  const validation = watchedExamples(cell, context);
  const { onEvent } = context;
  const bytes = watchBytes();
  const training = recipe.run({
    ...taskOf(cell, context),
    train,
    ...(validation === undefined ? {} : { validation }),
    ...(onEvent === undefined ? {} : { onEvent }),
  });
  const outcome = await training.finally(() => bytes.stop());
  try {
    const { signal, onProgress } = context;
    const facts = { recipe: recipe.name, labels: train.size, seed: cell.seed };
    const run = await testOutcome(outcome, context.test, { ...facts, signal, onProgress });
    return {
      ...run,
      peakBytes: bytes.peak,
      ...(cell.settings === undefined ? {} : { settings: cell.settings }),
    };
  } finally {
    outcome.model.dispose();
  }
}

/**
 * Try a cell's settings: train on a part of its labelled examples and judge on the rest of them. The test data are not
 * looked at.
 *
 * @param fraction how much of the labelled examples judges, in (0, 1)
 */
export async function runTrial(
  recipe: Recipe,
  cell: Cell,
  context: CellContext,
  fraction: number,
): Promise<TrialRecord> {
  const labelled = labelledExamples(cell, context.train);
  const [train, validation] = splitDataset(labelled, 1 - fraction, createRng(cell.seed).fork('tuning'));
  const { onEvent } = context;
  const outcome = await recipe.run({ ...taskOf(cell, context), train, ...(onEvent === undefined ? {} : { onEvent }) });
  try {
    const { loss, metrics } = await evaluate(networkOf(outcome.model), validation, { signal: context.signal });
    return {
      ...cell,
      settings: cell.settings ?? {},
      validationAccuracy: metrics['accuracy'] ?? Number.NaN,
      validationLoss: loss,
      trainSeconds: outcome.trainSeconds,
    };
  } finally {
    outcome.model.dispose();
  }
}

function labelledExamples({ labels, seed }: Cell, train: Dataset): Dataset {
  return labels >= train.size ? train : stratifiedSubset(train, labels, createRng(seed).fork('labels'));
}

/**
 * Training examples that follow the labelled ones in their order. A recipe's training is not changed by them: nothing stops early
 * and no weights are chosen by them.
 *
 * @returns undefined where too few are left
 */
function watchedExamples({ labels, seed }: Cell, { train, watch }: CellContext): Dataset | undefined {
  if (watch === undefined || labels + watch > train.size) return undefined;
  const more = stratifiedSubset(train, labels + watch, createRng(seed).fork('labels'));
  return subset(
    more,
    Int32Array.from({ length: watch }, (_, at) => labels + at),
    `${train.name}[${watch} watched]`,
  );
}

function taskOf(
  { seed, settings = {} }: Cell,
  context: CellContext,
): Omit<RecipeTask, 'train' | 'validation' | 'onEvent'> {
  const { source, defaultCut, budget, features, signal, onProgress } = context;
  const { learningRate = budget.learningRate, ...own } = settings;
  return {
    source,
    seed,
    budget: { ...budget, learningRate },
    settings: own,
    ...(defaultCut === undefined ? {} : { defaultCut }),
    ...(features === undefined ? {} : { features }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}
