import { GraftError } from '@graft-ml/core';
import { defaultBudget, type Budget } from '@graft-ml/recipes';
import type { BudgetOptions } from '../options/common.js';

/**
 * The budget for a number of labels: the seed experiment's, changed by what was typed.
 *
 * @throws GraftError `bad-input` when both steps and epochs were typed
 */
export function budgetFrom({ steps, epochs, batchSize, learningRate }: BudgetOptions): (labels: number) => Budget {
  if (steps !== undefined && epochs !== undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `Both --steps ${steps} and --epochs ${epochs} were given.`,
      expected: 'One of them says how long to train.',
      remedy: 'Leave one of them out.',
    });
  }
  return (labels) => {
    const usual = defaultBudget(labels);
    const length =
      steps !== undefined
        ? { steps }
        : epochs !== undefined
          ? { epochs }
          : usual.steps !== undefined
            ? { steps: usual.steps }
            : { epochs: usual.epochs ?? 1 };
    return { ...length, batchSize: batchSize ?? usual.batchSize, learningRate: learningRate ?? usual.learningRate };
  };
}
