import { networkOf, type OnProgress, type RunRecord } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import { ConfusionMatrix } from '@graft-ml/metrics';
import { evaluate } from '@graft-ml/train';
import type { RecipeOutcome } from '../recipe.js';
import { worstMistakes } from './mistakes.js';

export interface TestOptions {
  readonly recipe: string;
  /** Number of labelled training examples. */
  readonly labels: number;
  readonly seed: number;
  /** Examples at a time; default 256. Pictures are decoded and held so many at a time. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** How many of the worst mistakes a run records. */
const MISTAKES = 12;

/** Look at the test data once, and write down what a recipe came to: accuracy, loss, confusion and the worst mistakes. */
export async function testOutcome(outcome: RecipeOutcome, test: Dataset, options: TestOptions): Promise<RunRecord> {
  const { recipe, labels, seed, ...running } = options;
  const tested = await evaluate(networkOf(outcome.model), test, running);
  const classes = test.target.kind === 'classes' ? test.target.labels.length : 0;
  const confusion = new ConfusionMatrix(Math.max(1, classes));
  if (classes > 0 && test.classes !== undefined) confusion.update(tested.outputs, test.classes, classes);
  return {
    recipe,
    labels,
    seed,
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
}
