import type { TrialRecord } from '@graft-ml/core';
import type { Recipe } from '../recipe.js';
import { average } from './negative-transfer.js';

/** How much of the labelled examples judges candidates unless told otherwise. */
export const DEFAULT_FRACTION = 0.2;

/** How a comparison chooses recipes' numbers. */
export interface TuneOptions {
  /** Learning rates to try, the same for every recipe. */
  readonly learningRates: readonly number[];
  /** How much of the labelled examples judges, in (0, 1). Default 0.2. */
  readonly fraction?: number;
}

type Settings = Readonly<Record<string, number>>;

/**
 * Choose a recipe's numbers at a label count: first the learning rate with the recipe's own choices, then each of its other
 * numbers in turn. Each candidate is tried with every seed on a split of that seed's labelled examples; the best mean
 * validation accuracy wins, and among equals the lowest mean validation loss. Test data are never looked at.
 *
 * @param attempt tries one candidate with all seeds; undefined when it did not
 * @returns undefined when a candidate was not tried
 */
export async function tuned(
  recipe: Recipe,
  learningRates: readonly number[],
  attempt: (settings: Settings) => Promise<readonly TrialRecord[] | undefined>,
): Promise<Settings | undefined> {
  const axes: (readonly [string, readonly number[]])[] = [
    ...(recipe.rateless === true ? [] : [['learningRate', learningRates] as const]),
    ...Object.entries(recipe.settings ?? {}),
  ];
  let best: Settings = Object.fromEntries(axes.map(([name, values]) => [name, values[0] ?? 0]));
  let bestTrials: readonly TrialRecord[] | undefined;
  for (const [name, values] of axes) {
    if (values.length < 2) continue;
    for (const value of values) {
      if (bestTrials !== undefined && value === best[name]) continue;
      const candidate = { ...best, [name]: value };
      const trials = await attempt(candidate);
      if (trials === undefined) return undefined;
      if (bestTrials !== undefined && !isBetter(trials, bestTrials)) continue;
      best = candidate;
      bestTrials = trials;
    }
  }
  return best;
}

function isBetter(trials: readonly TrialRecord[], than: readonly TrialRecord[]): boolean {
  const accuracy = (list: readonly TrialRecord[]): number => average(list.map((trial) => trial.validationAccuracy));
  const loss = (list: readonly TrialRecord[]): number => average(list.map((trial) => trial.validationLoss));
  const difference = accuracy(trials) - accuracy(than);
  // Without an accuracy (values as targets) the loss alone decides.
  return difference > 1e-9 || (!(difference < -1e-9) && loss(trials) < loss(than));
}
