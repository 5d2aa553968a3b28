import { GraftError } from '@graft-ml/core';
import { checkClasses } from './check.js';
import { NO_PREDICTION, predictedClass } from './predicted-class.js';

/** How per-class scores become one: see {@link ConfusionMatrix.average}. */
export type Averaging = 'macro' | 'micro' | 'weighted';

/** Fractions from 0 to 1. */
export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface ClassScores extends Scores {
  /** Examples of this class. */
  readonly support: number;
}

/** Matrices beyond this many classes would take more than 128 MB. */
const MOST_CLASSES = 4096;

/**
 * Counts of true class against predicted class, gathered batch by batch, and the scores that follow from them.
 *
 * A score whose denominator is zero (a class that was never predicted has no precision) is 0, as in scikit-learn.
 *
 * @example
 * ```ts
 * import { ConfusionMatrix } from '@graft-ml/metrics';
 * const matrix = new ConfusionMatrix(2);
 * matrix.update(new Float32Array([0.9, 0.1, 0.6, 0.4, 0.2, 0.8]), [0, 1, 1], 2);
 * console.log(matrix.counts); // [[1, 0], [1, 1]]
 * console.log(matrix.perClass()[1]?.recall); // 0.5
 * ```
 */
export class ConfusionMatrix {
  readonly classes: number;
  readonly #counts: Float64Array;
  readonly #withoutPrediction: Float64Array;
  #seen = 0;

  /** @throws GraftError `bad-input` unless `classes` is a whole number from 1 to 4096 */
  constructor(classes: number) {
    if (!Number.isInteger(classes) || classes < 1 || classes > MOST_CLASSES) {
      throw new GraftError({
        code: 'bad-input',
        what: `A confusion matrix was asked for ${classes} classes.`,
        expected: `It takes a whole number from 1 to ${MOST_CLASSES}.`,
      });
    }
    this.classes = classes;
    this.#counts = new Float64Array(classes * classes);
    this.#withoutPrediction = new Float64Array(classes);
  }

  /** A matrix from counts that were saved: rows true, columns predicted. */
  static fromCounts(counts: readonly (readonly number[])[]): ConfusionMatrix {
    const matrix = new ConfusionMatrix(counts.length);
    counts.forEach((row, truth) => {
      if (row.length !== counts.length || row.some((count) => !Number.isInteger(count) || count < 0)) {
        throw new GraftError({
          code: 'bad-input',
          what: `Row ${truth} of the confusion counts does not fit ${counts.length} classes.`,
          expected: `It must be ${counts.length} whole numbers of at least 0.`,
        });
      }
      matrix.#counts.set(row, truth * counts.length);
      matrix.#seen += sum(row);
    });
    return matrix;
  }

  /**
   * Add a batch: the prediction is the largest output, the lower class on a tie. An example with a NaN among its
   * outputs has no prediction: it stands in no column, but counts against its class's recall and the accuracy.
   *
   * @param outputs probabilities or logits [n × outputSize]; outputSize must equal `classes`
   * @param targets class ids [n]
   */
  update(outputs: Float32Array, targets: ArrayLike<number>, outputSize: number): void {
    if (outputSize !== this.classes) {
      throw new GraftError({
        code: 'bad-input',
        what: `A confusion matrix of ${this.classes} classes was given rows of ${outputSize} outputs.`,
        expected: 'There must be one output for each class.',
      });
    }
    const examples = checkClasses('confusion matrix', outputs, targets, outputSize, this.#seen);
    for (let row = 0; row < examples; row++) {
      const truth = targets[row] ?? 0;
      const predicted = predictedClass(outputs, row, outputSize);
      if (predicted === NO_PREDICTION) this.#withoutPrediction[truth] = (this.#withoutPrediction[truth] ?? 0) + 1;
      else this.#counts[truth * outputSize + predicted] = this.#at(truth, predicted) + 1;
    }
    this.#seen += examples;
  }

  reset(): void {
    this.#counts.fill(0);
    this.#withoutPrediction.fill(0);
    this.#seen = 0;
  }

  /** Rows: true class; columns: predicted class. A copy. */
  get counts(): number[][] {
    return Array.from({ length: this.classes }, (_, truth) => [
      ...this.#counts.subarray(truth * this.classes, (truth + 1) * this.classes),
    ]);
  }

  /** Examples of each class whose outputs held a NaN. A copy. */
  get withoutPrediction(): number[] {
    return [...this.#withoutPrediction];
  }

  /** Number of examples so far. */
  get examples(): number {
    return this.#seen;
  }

  /** Fraction of examples on the diagonal; NaN when there are none. */
  accuracy(): number {
    return this.#seen === 0 ? Number.NaN : this.#onDiagonal() / this.#seen;
  }

  /** The scores of each class, in class order. */
  perClass(): ClassScores[] {
    return Array.from({ length: this.classes }, (_, each) => {
      const right = this.#at(each, each);
      const support = this.#support(each);
      return { ...scores(right, this.#predictions(each), support), support };
    });
  }

  /**
   * One set of scores for all classes. `macro`: the plain mean over all classes, also those without examples.
   * `weighted`: the mean weighted by support. `micro`: from the counts of all classes together, which is the accuracy
   * unless outputs held NaN. NaN when there are no examples.
   */
  average(kind: Averaging): Scores {
    if (this.#seen === 0) return { precision: Number.NaN, recall: Number.NaN, f1: Number.NaN };
    if (kind === 'micro') return scores(this.#onDiagonal(), sum(this.#counts), this.#seen);
    const each = this.perClass();
    const mean = (score: keyof Scores): number =>
      kind === 'macro'
        ? sum(each.map((scored) => scored[score])) / this.classes
        : sum(each.map((scored) => scored[score] * scored.support)) / this.#seen;
    return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
  }

  #at(truth: number, predicted: number): number {
    return this.#counts[truth * this.classes + predicted] ?? 0;
  }

  #onDiagonal(): number {
    let right = 0;
    for (let each = 0; each < this.classes; each++) right += this.#at(each, each);
    return right;
  }

  #support(truth: number): number {
    let support = this.#withoutPrediction[truth] ?? 0;
    for (let predicted = 0; predicted < this.classes; predicted++) support += this.#at(truth, predicted);
    return support;
  }

  #predictions(predicted: number): number {
    let predictions = 0;
    for (let truth = 0; truth < this.classes; truth++) predictions += this.#at(truth, predicted);
    return predictions;
  }
}

/** F1 = 2·right ÷ (predicted + support), which is the harmonic mean of the other two. */
function scores(right: number, predicted: number, support: number): Scores {
  const share = (of: number, all: number): number => (all === 0 ? 0 : of / all);
  return {
    precision: share(right, predicted),
    recall: share(right, support),
    f1: share(2 * right, predicted + support),
  };
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += values[index] ?? 0;
  return total;
}
