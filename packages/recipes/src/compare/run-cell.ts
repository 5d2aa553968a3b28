import * as tf from '@tensorflow/tfjs-core';
import { createRng, networkOf, type OnProgress, type RunRecord, type TrialRecord } from '@graft-ml/core';
import { splitDataset, stratifiedSubset, type Dataset } from '@graft-ml/datasets';
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
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TrainEvent) => void;
  readonly onProgress?: OnProgress;
}

/**
 * Run one cell: draw its labels (the same for every recipe of a seed), run the recipe, test the model once.
 */
export async function runCell(recipe: Recipe, cell: Cell, context: CellContext): Promise<RunRecord> {
  const train = labelledExamples(cell, context.train);
  let peakBytes = 0;
  const outcome = await recipe.run({
    ...taskOf(cell, context),
    train,
    onEvent: (event) => {
      if (event.type === 'step') peakBytes = Math.max(peakBytes, tf.memory().numBytes);
      context.onEvent?.(event);
    },
  });
  try {
    const { signal, onProgress } = context;
    const facts = { recipe: recipe.name, labels: train.size, seed: cell.seed };
    const run = await testOutcome(outcome, context.test, { ...facts, signal, onProgress });
    return {
      ...run,
      ...(peakBytes === 0 ? {} : { peakBytes }),
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

function taskOf({ seed, settings = {} }: Cell, context: CellContext): Omit<RecipeTask, 'train' | 'onEvent'> {
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
