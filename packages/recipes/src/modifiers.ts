import { adam, cosineSchedule, crossEntropy, warmupSchedule } from '@graft-ml/train';
import { ema, swa } from '@graft-ml/train/averaging';
import { balancedClassWeights } from '@graft-ml/train/losses';
import { cosineRestarts, oneCycle, plateau } from '@graft-ml/train/schedules';
import { didYouMean, GraftError } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import type { Phase } from './phase.js';
import type { Recipe, RecipeTask } from './recipe.js';

/** A small change to how a recipe trains, for any recipe: written behind its name, as in `fine-tune+one-cycle`. */
interface Modifier {
  readonly name: string;
  readonly summary: string;
  change(phase: Phase, task: RecipeTask): Partial<Omit<Phase, 'frozen'>>;
}

/** How many times the budget's learning rate one-cycle rises to. */
const PEAK = 3;
/** Steps of the rise before a cosine. */
const WARMUP_STEPS = 20;
/** Losses in a row without an improvement before a plateau halves the rate. */
const PATIENCE = 5;

const MODIFIERS: readonly Modifier[] = [
  {
    name: 'cosine',
    summary: 'a short warm-up, then the learning rate falls to 0 by half a cosine',
    change: () => ({ schedule: warmupSchedule(WARMUP_STEPS, cosineSchedule()) }),
  },
  {
    name: 'one-cycle',
    summary: `the learning rate rises to ${PEAK} times the budget’s and falls to nearly 0`,
    change: (_, { budget }) => ({
      schedule: oneCycle(),
      optimizer: adam({ learningRate: PEAK * budget.learningRate }),
    }),
  },
  {
    name: 'restarts',
    summary: 'the learning rate falls by half a cosine three times, each twice as long as the one before',
    change: () => ({ schedule: cosineRestarts({ cycles: 3, growth: 2 }) }),
  },
  {
    name: 'plateau',
    summary: `the learning rate is halved whenever the loss has not fallen for ${PATIENCE} validations, or hundredths of the steps`,
    change: () => ({ schedule: plateau({ factor: 0.5, patience: PATIENCE, threshold: 1e-3 }) }),
  },
  {
    name: 'ema',
    summary: 'training ends with the exponential moving average of its weights',
    change: () => ({ followers: [ema()] }),
  },
  {
    name: 'swa',
    summary: 'training ends with the mean of the weights of its last quarter, and BatchNorm’s statistics anew',
    change: () => ({ followers: [swa()], renewStatistics: true }),
  },
  {
    name: 'smooth',
    summary: 'a tenth of each label is spread over all classes',
    change: ({ loss }) => ({ loss: crossEntropy({ ...classLoss(loss), labelSmoothing: 0.1 }) }),
  },
  {
    name: 'balanced',
    summary: 'classes count alike, however many examples they have',
    change: ({ loss }, { train }) => ({ loss: crossEntropy({ ...classLoss(loss), classWeights: balanced(train) }) }),
  },
  {
    name: 'mixup',
    summary: 'inputs, or features of a frozen trunk, are averaged with those of another example, and labels likewise',
    change: () => ({ mix: 'mixup' }),
  },
  {
    name: 'cutmix',
    summary: 'a part of another picture is pasted into each, and labels are shared by area',
    change: () => ({ mix: 'cutmix' }),
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
 * @throws GraftError `not-found` for a modifier that does not exist, with near names; `bad-input` for a recipe that solves for its
 *   head
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
  if (recipe.rateless === true) {
    throw new GraftError({
      code: 'bad-input',
      what: `"+${name}" changes how a recipe trains, and "${recipe.name}" solves for its head without training.`,
      expected: 'A recipe that trains was expected before "+".',
      remedy: 'Leave the modifier out, or use linear-probe.',
    });
  }
  return {
    ...recipe,
    name: `${recipe.name}+${name}`,
    summary: `${recipe.summary}; ${modifier.summary}`,
    run: (task) => {
      const adjust = (phase: Phase): Phase => {
        const before = task.adjust?.(phase) ?? phase;
        return { ...before, ...modifier.change(before, task) };
      };
      return recipe.run({ ...task, adjust });
    },
  };
}

/** What a loss over classes was told before, so that modifiers add to one another. */
function classLoss(loss: Phase['loss']): Parameters<typeof crossEntropy>[0] {
  if (loss?.kind !== 'cross-entropy') return {};
  const { kind: _kind, ...options } = loss;
  return options;
}

function balanced({ name, target, classes }: Dataset): number[] {
  if (target.kind === 'classes' && classes !== undefined) return balancedClassWeights(classes, target.labels.length);
  throw new GraftError({
    code: 'bad-input',
    what: `"+balanced" weighs classes, and "${name}" ${target.kind === 'classes' ? 'does not list them' : `has targets of kind "${target.kind}"`}.`,
    expected: 'Data with a class for each example were expected.',
  });
}
