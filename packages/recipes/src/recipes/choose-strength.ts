import { createRng, throwIfCancelled } from '@graft-ml/core';
import { subset, type Dataset } from '@graft-ml/datasets';
import { featureTable, logisticRegression, type FeatureTable, type LinearSolution } from '@graft-ml/train/solvers';
import type { RecipeTask } from '../recipe.js';

/** Strengths to choose from, weakest first, on features that are scaled to unit spread: half a decade apart. */
const STRENGTHS: readonly number[] = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];
const FOLDS = 5;

/**
 * The strength of a logistic regression, chosen by cross-validation inside the training examples: the one with the least log
 * loss on the examples that were left out, of five parts in turn with every class in each. Log loss, because with a few hundred
 * examples accuracies differ by luck. Views of one picture stay in one part.
 *
 * @param features of the task's training examples
 * @returns λ for `logisticRegression`, or undefined when a class has fewer than two examples
 */
export async function chooseStrength(features: Dataset, task: RecipeTask, scale: number): Promise<number | undefined> {
  const { seed, views = 1, classWeights, signal } = task;
  const own = features.size / views;
  const fold = foldsOf(features, own, seed);
  if (fold === undefined) return undefined;
  const losses = STRENGTHS.map(() => 0);
  for (let at = 0; at < FOLDS; at++) {
    const members = (inside: boolean): number[] =>
      Array.from({ length: features.size }, (_, index) => index).filter(
        (index) => (fold[index % own] === at) === inside,
      );
    const left = members(true).filter((index) => index < own);
    if (left.length === 0) continue;
    const tableOf = (indices: readonly number[], name: string): ReturnType<typeof featureTable> =>
      featureTable(subset(features, Int32Array.from(indices), name), signal);
    const train = await tableOf(members(false), `${features.name} without part ${at + 1}`);
    const judged = await tableOf(left, `part ${at + 1}`);
    for (const [which, strength] of STRENGTHS.entries()) {
      throwIfCancelled(signal, 'choosing the strength of a logistic regression');
      const solution = await logisticRegression(train, {
        l2: strength * scale ** 2,
        tolerance: 1e-4,
        ...(classWeights === undefined ? {} : { classWeights }),
        signal,
      });
      losses[which] = (losses[which] ?? 0) + lossOf(solution, judged);
    }
  }
  const best = losses.reduce((least, loss, which) => (loss <= (losses[least] ?? Infinity) ? which : least), 0);
  return (STRENGTHS[best] ?? 0) * scale ** 2;
}

/** Which part each example is in; every class is dealt out in turn. */
function foldsOf({ classes, target }: Dataset, size: number, seed: number): Int32Array | undefined {
  const fold = new Int32Array(size);
  const order = createRng(seed).fork('folds').permutation(size);
  const dealt = new Map<number, number>();
  for (const index of order) {
    const id = target.kind === 'classes' ? (classes?.[index] ?? 0) : 0;
    const turn = dealt.get(id) ?? 0;
    fold[index] = turn % FOLDS;
    dealt.set(id, turn + 1);
  }
  // A class of one example would be unknown to the training that is judged on it.
  return [...dealt.values()].every((count) => count > 1) ? fold : undefined;
}

/** Summed log loss, in nats: of a softmax for classes, of a sigmoid for each label. */
function lossOf({ kernel, bias }: LinearSolution, table: FeatureTable): number {
  const { features, targets, rows, width, outputs, target } = table;
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const logits = Float64Array.from({ length: outputs }, (_, output) => {
      let sum = bias[output] ?? 0;
      for (let at = 0; at < width; at++)
        sum += (features[row * width + at] ?? 0) * (kernel[at * outputs + output] ?? 0);
      return sum;
    });
    const total = target.kind === 'classes' ? logSumExp(logits) : 0;
    for (const [output, logit] of logits.entries()) {
      const wanted = targets[row * outputs + output] ?? 0;
      loss += target.kind === 'classes' ? wanted * (total - logit) : logSumExp([0, logit]) - wanted * logit;
    }
  }
  return loss;
}

function logSumExp(values: ArrayLike<number>): number {
  const all = Array.from(values);
  const most = Math.max(...all);
  return most + Math.log(all.reduce((sum, value) => sum + Math.exp(value - most), 0));
}
