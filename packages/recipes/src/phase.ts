import { GraftError } from '@graft-ml/core';
import type { FitOptions } from '@graft-ml/train';
import type { Budget } from './recipe.js';

/** One part of a recipe's training. What is left out is the budget's or `fit`'s own. */
export interface Phase extends Pick<
  FitOptions,
  'groups' | 'schedule' | 'terms' | 'lossWeight' | 'loss' | 'followers' | 'clipNorm' | 'weightDecay' | 'optimizer'
> {
  /** Names of the weights that stay as they are. */
  readonly frozen: ReadonlySet<string>;
  /** How much of the budget it gets, against the other phases. Default 1: all alike. */
  readonly share?: number;
  /** Train on examples mixed with one another: their inputs, or for mixup the features of a frozen trunk. Needs classes. */
  readonly mix?: 'mixup' | 'cutmix';
  /** Compute BatchNorm's statistics anew at its end, as averaged weights need. */
  readonly renewStatistics?: boolean;
  /** What is only known once the phases before it are done; replaces what the phase says. */
  readonly prepare?: () => Promise<Partial<Omit<Phase, 'share' | 'prepare'>>>;
}

/** How many steps a budget allows on so many examples: Infinity when it says neither steps nor epochs. */
export function stepsOf({ steps, epochs, batchSize }: Budget, examples: number): number {
  const perEpoch = Math.ceil(examples / Math.min(batchSize, examples));
  return Math.min(steps ?? Infinity, (epochs ?? Infinity) * perEpoch);
}

/**
 * How many steps each phase takes: the budget's, parted by the phases' shares, at least one for each.
 *
 * @param examples number of training examples
 * @throws GraftError `bad-input` when there are more phases than steps
 */
export function stepsOfPhases(phases: readonly Phase[], budget: Budget, examples: number): number[] {
  const total = stepsOf(budget, examples);
  if (!Number.isFinite(total)) {
    throw new GraftError({ code: 'bad-input', what: 'The budget has neither steps nor epochs.' });
  }
  if (phases.length > total) {
    throw new GraftError({
      code: 'bad-input',
      what: `The recipe trains in ${phases.length} phases, and the budget is ${total} steps.`,
      expected: 'At least one step for each phase was expected.',
      remedy: 'Give it a longer budget, or fewer phases.',
    });
  }
  const whole = phases.reduce((sum, { share = 1 }) => sum + share, 0);
  let passed = 0;
  let taken = 0;
  return phases.map(({ share = 1 }, at) => {
    passed += share;
    const left = phases.length - 1 - at;
    const end = left === 0 ? total : Math.min(total - left, Math.max(taken + 1, Math.round((total * passed) / whole)));
    const steps = end - taken;
    taken = end;
    return steps;
  });
}
