import { adam, cosineSchedule, crossEntropy, warmupSchedule } from '@graft-ml/train';
import { ema, swa } from '@graft-ml/train/averaging';
import { cosineRestarts, oneCycle } from '@graft-ml/train/schedules';
import { didYouMean, GraftError } from '@graft-ml/core';
import type { Phase } from './phase.js';
import type { Budget, Recipe } from './recipe.js';

/** A small change to how a recipe trains, for any recipe: written behind its name, as in `fine-tune+one-cycle`. */
interface Modifier {
  readonly name: string;
  readonly summary: string;
  change(phase: Phase, budget: Budget): Partial<Omit<Phase, 'frozen'>>;
}

/** How many times the budget's learning rate one-cycle rises to. */
const PEAK = 3;
/** Steps of the rise before a cosine. */
const WARMUP_STEPS = 20;

const MODIFIERS: readonly Modifier[] = [
  {
    name: 'cosine',
    summary: 'a short warm-up, then the learning rate falls to 0 by half a cosine',
    change: () => ({ schedule: warmupSchedule(WARMUP_STEPS, cosineSchedule()) }),
  },
  {
    name: 'one-cycle',
    summary: `the learning rate rises to ${PEAK} times the budget’s and falls to nearly 0`,
    change: (_, { learningRate }) => ({
      schedule: oneCycle(),
      optimizer: adam({ learningRate: PEAK * learningRate }),
    }),
  },
  {
    name: 'restarts',
    summary: 'the learning rate falls by half a cosine three times, each twice as long as the one before',
    change: () => ({ schedule: cosineRestarts({ cycles: 3, growth: 2 }) }),
  },
  {
    name: 'ema',
    summary: 'training ends with the exponential moving average of its weights',
    change: () => ({ followers: [ema()] }),
  },
  {
    name: 'swa',
    summary: 'training ends with the mean of the weights of its last quarter',
    change: () => ({ followers: [swa()] }),
  },
  {
    name: 'smooth',
    summary: 'a tenth of each label is spread over all classes',
    change: () => ({ loss: crossEntropy({ labelSmoothing: 0.1 }) }),
  },
  {
    name: 'l2',
    summary: 'weight decay of 1e-3',
    change: () => ({ weightDecay: 1e-3 }),
  },
];

/** What may stand behind a `+`, with what it does. */
export function modifiers(): readonly { readonly name: string; readonly summary: string }[] {
  return MODIFIERS.map(({ name, summary }) => ({ name, summary }));
}

/**
 * A recipe that trains in a changed way.
 *
 * @throws GraftError `not-found` for a modifier that does not exist, with near names
 */
export function modified(recipe: Recipe, name: string): Recipe {
  const modifier = MODIFIERS.find((each) => each.name === name);
  if (modifier === undefined) {
    throw new GraftError({
      code: 'not-found',
      what: `There is no modifier "+${name}".`,
      remedy: didYouMean(
        name,
        MODIFIERS.map((each) => each.name),
      ),
    });
  }
  return {
    ...recipe,
    name: `${recipe.name}+${name}`,
    summary: `${recipe.summary}; ${modifier.summary}`,
    run: (task) => {
      const adjust = (phase: Phase): Phase => {
        const before = task.adjust?.(phase) ?? phase;
        return { ...before, ...modifier.change(before, task.budget) };
      };
      return recipe.run({ ...task, adjust });
    },
  };
}
