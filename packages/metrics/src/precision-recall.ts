import { GraftError } from '@graft-ml/core';
import { ConfusionMatrix, type Averaging, type Scores } from './confusion-matrix.js';
import type { Metric } from './metric.js';

export interface AverageOptions {
  /** `macro`: every class alike; `weighted`: by number of examples; `micro`: by counts of all classes together. */
  readonly average: Averaging;
  /** Number of classes, which is also the output size. */
  readonly classes: number;
}

/**
 * Of the examples predicted as a class, the fraction that are of that class; averaged over classes, 0 … 1. Outputs may
 * be probabilities or logits; a class that is never predicted has precision 0.
 *
 * @throws GraftError `bad-input` for an unknown average or number of classes
 */
export function precision(options: AverageOptions): Metric {
  return averaged('precision', options);
}

/** Of a class's examples, the fraction that are predicted as that class; averaged over classes, 0 … 1. */
export function recall(options: AverageOptions): Metric {
  return averaged('recall', options);
}

/**
 * The harmonic mean of precision and recall of each class, averaged over classes, 0 … 1.
 *
 * @example
 * ```ts
 * import { f1 } from '@graft-ml/metrics';
 * const metric = f1({ average: 'macro', classes: 2 });
 * metric.update(new Float32Array([0.9, 0.1, 0.2, 0.8]), [0, 1], 2);
 * console.log(metric.name, metric.result()); // macroF1 1
 * ```
 */
export function f1(options: AverageOptions): Metric {
  return averaged('f1', options);
}

function averaged(score: keyof Scores, options: AverageOptions): Metric {
  const { average, classes } = options;
  if (average !== 'macro' && average !== 'micro' && average !== 'weighted') {
    throw new GraftError({
      code: 'bad-input',
      what: `${score} was asked for the average "${String(average)}".`,
      expected: 'It must be "macro", "micro" or "weighted".',
    });
  }
  const matrix = new ConfusionMatrix(classes);
  return {
    name: `${average}${score.charAt(0).toUpperCase()}${score.slice(1)}`,
    update: (outputs: Float32Array, targets: ArrayLike<number>, outputSize: number): void =>
      matrix.update(outputs, targets, outputSize),
    result: (): number => matrix.average(average)[score],
    reset: (): void => matrix.reset(),
  };
}
