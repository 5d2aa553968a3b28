import type { CurvePoint, RunRecord } from '@graft-ml/core';
import { expect, it } from 'vitest';
import { curveOver, lastOf, metricsIn } from '../src/analysis/curves.js';
import { cornersOf, seriesStyles } from '../src/analysis/series.js';

const run = (curve: CurvePoint[]): RunRecord => ({
  recipe: 'r',
  labels: 1,
  seed: 1,
  testAccuracy: 1,
  testLoss: 0,
  trainSeconds: 1,
  steps: 2,
  trainableParameters: 1,
  totalParameters: 1,
  curve,
  confusion: [],
  mistakes: [],
});
const point = (step: number, trainLoss: number, trainAccuracy?: number): CurvePoint => ({
  step,
  epoch: 1,
  trainLoss,
  ...(trainAccuracy === undefined ? {} : { trainAccuracy }),
});

it('averages runs step by step, with the range, whatever steps each reported', () => {
  const runs = [run([point(10, 2), point(20, 1)]), run([point(10, 4), point(30, 0.5)])];
  expect(curveOver(runs, 'trainLoss')).toEqual({
    steps: [10, 20, 30],
    mean: [3, 1, 0.5],
    low: [2, 1, 0.5],
    high: [4, 1, 0.5],
  });
});

it('leaves out what was not measured or was not finite', () => {
  const runs = [run([point(1, Number.NaN), point(2, 1, 0.5), point(3, Number.POSITIVE_INFINITY)])];
  expect(curveOver(runs, 'trainLoss').steps).toEqual([2]);
  expect(metricsIn(runs)).toEqual(['trainAccuracy', 'trainLoss']);
  expect(lastOf(curveOver(runs, 'validationLoss'))).toBeNaN();
});

it('draws every one of forty recipes differently from its neighbours, scratch always in grey', () => {
  const names = ['a', 'scratch', ...Array.from({ length: 38 }, (_, index) => `r${index}`)];
  const styles = seriesStyles(names);
  expect(styles.get('scratch')?.colour).toBe('--series-base');
  expect(new Set([...styles.values()].map(({ colour, marker }) => `${colour} ${marker}`)).size).toBe(names.length);
  expect(cornersOf('circle')).toHaveLength(0);
});
