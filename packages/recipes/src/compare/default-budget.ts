import type { Budget } from '../recipe.js';

/**
 * The seed experiment's budget: Adam at 1e-3, batches of 32; 600 steps with up to 1,000 labels, 5 epochs (and at
 * least 600 steps) with more.
 */
export function defaultBudget(labels: number): Budget {
  const common = { batchSize: 32, learningRate: 1e-3 };
  const fiveEpochs = 5 * Math.ceil(labels / common.batchSize);
  return labels <= 1000 || fiveEpochs < 600 ? { ...common, steps: 600 } : { ...common, epochs: 5 };
}
