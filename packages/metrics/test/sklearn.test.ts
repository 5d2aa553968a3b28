import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  binaryAccuracy,
  ConfusionMatrix,
  f1,
  logLoss,
  meanAbsoluteError,
  type Metric,
  precision,
  r2,
  recall,
  rootMeanSquaredError,
  topK,
} from '../src/index.js';

interface Scores {
  precision: number;
  recall: number;
  f1: number;
}
interface Fixture {
  classification: {
    name: string;
    classes: number;
    outputs: number[];
    targets: number[];
    accuracy: number;
    topK: Record<string, number>;
    confusion: number[][];
    perClass: (Scores & { support: number })[];
    average: Record<'macro' | 'micro' | 'weighted', Scores>;
    logLoss: number;
  }[];
  regression: {
    name: string;
    outputSize: number;
    outputs: number[];
    targets: number[];
    meanAbsoluteError: number;
    rootMeanSquaredError: number;
    r2: number;
  }[];
  multiLabel: { labels: number; outputs: number[]; targets: number[]; binaryAccuracy: number };
}

/** Written by make-sklearn-fixture.py with scikit-learn 1.2. */
const fixture = JSON.parse(readFileSync(new URL('./fixtures/sklearn.json', import.meta.url), 'utf8')) as Fixture;

function resultOf(metric: Metric, outputs: number[], targets: number[], outputSize: number): number {
  metric.update(new Float32Array(outputs), targets, outputSize);
  return metric.result();
}

describe.each(fixture.classification)('agrees with scikit-learn on $name', (batch) => {
  const measure = (metric: Metric): number => resultOf(metric, batch.outputs, batch.targets, batch.classes);

  it('accuracy and top-k', () => {
    expect(measure(accuracy())).toBeCloseTo(batch.accuracy, 12);
    // scikit-learn has no top-k for two classes.
    expect(Object.keys(batch.topK).length).toBe(batch.classes > 2 ? 3 : 0);
    for (const [k, expected] of Object.entries(batch.topK)) expect(measure(topK(Number(k)))).toBeCloseTo(expected, 12);
  });

  it('precision, recall and F1, averaged and per class', () => {
    const { classes } = batch;
    for (const average of ['macro', 'micro', 'weighted'] as const) {
      expect(measure(precision({ average, classes }))).toBeCloseTo(batch.average[average].precision, 12);
      expect(measure(recall({ average, classes }))).toBeCloseTo(batch.average[average].recall, 12);
      expect(measure(f1({ average, classes }))).toBeCloseTo(batch.average[average].f1, 12);
    }
    const matrix = new ConfusionMatrix(classes);
    matrix.update(new Float32Array(batch.outputs), batch.targets, classes);
    expect(matrix.counts).toEqual(batch.confusion);
    matrix.perClass().forEach((scores, each) => {
      expect(scores.support).toBe(batch.perClass[each]?.support);
      expect(scores.precision).toBeCloseTo(batch.perClass[each]?.precision ?? Number.NaN, 12);
      expect(scores.recall).toBeCloseTo(batch.perClass[each]?.recall ?? Number.NaN, 12);
      expect(scores.f1).toBeCloseTo(batch.perClass[each]?.f1 ?? Number.NaN, 12);
    });
    expect(ConfusionMatrix.fromCounts(batch.confusion).average('macro')).toEqual(matrix.average('macro'));
  });

  it('log loss', () => {
    // scikit-learn divides each row by its float32 sum first; these rows sum to 1 within 1e-5.
    expect(Math.abs(measure(logLoss()) - batch.logLoss)).toBeLessThan(1e-5);
  });
});

describe.each(fixture.regression)('agrees with scikit-learn on $name', (batch) => {
  it.each([
    ['meanAbsoluteError', meanAbsoluteError()],
    ['rootMeanSquaredError', rootMeanSquaredError()],
    ['r2', r2()],
  ] as const)('%s', (name, metric) => {
    expect(resultOf(metric, batch.outputs, batch.targets, batch.outputSize)).toBeCloseTo(batch[name], 9);
  });
});

it('agrees with scikit-learn on multi-label decisions', () => {
  const { outputs, targets, labels, binaryAccuracy: expected } = fixture.multiLabel;
  expect(resultOf(binaryAccuracy(), outputs, targets, labels)).toBeCloseTo(expected, 12);
});
