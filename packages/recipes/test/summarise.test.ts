import type { RunRecord } from '@graft-ml/core';
import { describe, expect, it } from 'vitest';
import { summarise } from '../src/compare/summarise.js';

function run(recipe: string, labels: number, seed: number, testAccuracy: number): RunRecord {
  return {
    recipe,
    labels,
    seed,
    testAccuracy,
    testLoss: 1,
    trainSeconds: seed,
    steps: 1,
    trainableParameters: 5,
    totalParameters: 9,
    curve: [],
    confusion: [],
    mistakes: [],
  };
}

describe('summarise', () => {
  const runs = [
    ...[0.8, 0.81, 0.82].map((accuracy, seed) => run('scratch', 100, seed, accuracy)),
    ...[0.7, 0.72, 0.71].map((accuracy, seed) => run('frozen', 100, seed, accuracy)),
    ...[0.81, 0.82, 0.83].map((accuracy, seed) => run('fine-tune', 100, seed, accuracy)),
    run('frozen', 1000, 0, 0.5),
  ];
  const rows = summarise(runs, 1000);

  it('gives one row for each recipe and label count, with mean and sample standard deviation', () => {
    expect(rows.map((row) => [row.recipe, row.labels])).toEqual([
      ['scratch', 100],
      ['frozen', 100],
      ['fine-tune', 100],
      ['frozen', 1000],
    ]);
    expect(rows[1]?.testAccuracy.mean).toBeCloseTo(0.71, 12);
    expect(rows[1]?.testAccuracy.sd).toBeCloseTo(0.01, 12);
    expect(rows[1]?.seeds).toEqual([0, 1, 2]);
    expect(rows[1]?.trainSeconds).toBe(1);
  });

  it('names negative transfer against scratch at the same label count only', () => {
    expect(rows.map((row) => row.negativeTransfer)).toEqual([false, true, false, false]);
  });
});
