import { GraftError } from '@graft-ml/core';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  binaryAccuracy,
  ConfusionMatrix,
  f1,
  logLoss,
  meanAbsoluteError,
  r2,
  recall,
  rootMeanSquaredError,
  topK,
} from '../src/index.js';

const two = new Float32Array([0.9, 0.1, 0.2, 0.8]);

function refusal(run: () => unknown): GraftError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof GraftError) return thrown;
    throw thrown;
  }
  throw new Error('Nothing was thrown.');
}

describe('labels out of range', () => {
  it.each([2, -1, 0.5, Number.NaN])('refuses label %s, naming the example over the whole stream', (label) => {
    const metric = accuracy();
    metric.update(two, [0, 1], 2);
    const error = refusal(() => metric.update(two, [0, label], 2));
    expect(error.code).toBe('bad-input');
    expect(error.message).toContain('example 3');
    expect(error.message).toContain(String(label));
    expect(error.message).toContain('2 classes');
  });

  it('leaves the metric as it was when a batch is refused', () => {
    const metrics = [accuracy(), logLoss(), f1({ average: 'macro', classes: 2 })];
    for (const metric of metrics) {
      metric.update(two, [0, 1], 2);
      const before = metric.result();
      refusal(() => metric.update(two, [1, 7], 2));
      expect(metric.result()).toBe(before);
    }
  });

  it('points from a single output to binaryAccuracy', () => {
    expect(refusal(() => accuracy().update(new Float32Array([0.7]), [1], 1)).message).toContain('binaryAccuracy');
  });
});

describe('sizes that do not fit', () => {
  it.each([
    ['outputs that do not divide into rows', () => accuracy().update(two, [0, 1], 3)],
    ['an output size of 0', () => accuracy().update(two, [0, 1], 0)],
    ['too few targets', () => topK(1).update(two, [0], 2)],
    ['too few values', () => meanAbsoluteError().update(two, [0, 1], 2)],
    ['a confusion matrix of another size', () => new ConfusionMatrix(3).update(two, [0, 1], 2)],
    [
      'an r2 whose width changes',
      () => {
        const metric = r2();
        metric.update(two, [0, 1, 0, 1], 2);
        metric.update(two, [0, 1, 0, 1], 1);
      },
    ],
    ['k = 0', () => topK(0)],
    ['k = 1.5', () => topK(1.5)],
    ['no classes', () => new ConfusionMatrix(0)],
    ['a million classes', () => new ConfusionMatrix(1e6)],
    ['a ragged saved matrix', () => ConfusionMatrix.fromCounts([[1, 2], [3]])],
    [
      'a negative saved count',
      () =>
        ConfusionMatrix.fromCounts([
          [1, -2],
          [3, 4],
        ]),
    ],
    ['a multi-label target of 0.3', () => binaryAccuracy().update(two, [0, 1, 0.3, 1], 2)],
    ['an unknown average', () => recall(JSON.parse('{"average":"median","classes":2}') as never)],
  ])('refuses %s', (_, run) => {
    expect(refusal(run).code).toBe('bad-input');
  });
});

describe('logLoss', () => {
  it('refuses logits and says to apply softmax', () => {
    expect(refusal(() => logLoss().update(new Float32Array([3, -1]), [0], 2)).message).toContain('softmax');
    expect(refusal(() => logLoss().update(new Float32Array([0.2, 0.3]), [0], 2)).message).toContain('example 0');
  });

  it('is finite for a certain mistake', () => {
    const metric = logLoss();
    metric.update(new Float32Array([1, 0]), [1], 2);
    expect(metric.result()).toBeCloseTo(23 * Math.LN2, 10);
  });
});

describe('NaN outputs', () => {
  const broken = new Float32Array([Number.NaN, 0.1, 0.9, 0.1]);

  it('count as wrong for decisions, whatever the other outputs say', () => {
    for (const metric of [accuracy(), topK(1), topK(2)]) {
      metric.update(broken, [1, 0], 2);
      expect(metric.result()).toBe(0.5);
    }
    const decisions = binaryAccuracy();
    decisions.update(broken, [0, 0, 1, 0], 2);
    expect(decisions.result()).toBe(0.75);
  });

  it('stand in no column of a confusion matrix but lower its recall', () => {
    const matrix = new ConfusionMatrix(2);
    matrix.update(broken, [1, 0], 2);
    expect(matrix.counts).toEqual([
      [1, 0],
      [0, 0],
    ]);
    expect(matrix.withoutPrediction).toEqual([0, 1]);
    expect(matrix.perClass()[1]).toEqual({ precision: 0, recall: 0, f1: 0, support: 1 });
    expect(matrix.accuracy()).toBe(0.5);
    expect(matrix.average('micro')).toEqual({ precision: 1, recall: 0.5, f1: 2 / 3 });
    expect(matrix.examples).toBe(2);
  });

  it('make every loss NaN', () => {
    const loss = logLoss();
    loss.update(broken, [1, 0], 2);
    expect(loss.result()).toBeNaN();
    for (const metric of [meanAbsoluteError(), rootMeanSquaredError(), r2()]) {
      metric.update(broken, [1, 0, 1, 0], 2);
      expect(metric.result()).toBeNaN();
    }
  });
});

it('says NaN before the first example, and R² before the second', () => {
  const averages = { average: 'weighted', classes: 3 } as const;
  for (const metric of [accuracy(), topK(3), f1(averages), logLoss(), meanAbsoluteError(), r2(), binaryAccuracy()]) {
    expect(metric.result()).toBeNaN();
  }
  expect(new ConfusionMatrix(2).accuracy()).toBeNaN();
  const one = r2();
  one.update(new Float32Array([1]), [2], 1);
  expect(one.result()).toBeNaN();
});

it('names what it measures, for early stopping to watch', () => {
  expect(accuracy().name).toBe('accuracy');
  expect(topK(5).name).toBe('top5Accuracy');
  expect(f1({ average: 'macro', classes: 2 }).name).toBe('macroF1');
  expect(recall({ average: 'weighted', classes: 2 }).name).toBe('weightedRecall');
});
