import type { RunRecord } from '@graft-ml/core';
import { describe, expect, it } from 'vitest';
import { likelyCause } from '../src/compare/likely-cause.js';
import { summarise } from '../src/compare/summarise.js';

function run(
  recipe: string,
  labels: number,
  seed: number,
  testAccuracy: number,
  more: Partial<RunRecord> = {},
): RunRecord {
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
    ...more,
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

  it('gives the difference to scratch with its interval, paired by seed', () => {
    expect(rows[0]?.gain).toBeUndefined();
    // By hand: differences −0.10, −0.09, −0.11; sd 0.01; t(2) = 4.303.
    expect(rows[1]?.gain?.mean).toBeCloseTo(-0.1, 12);
    expect(rows[1]?.gain?.low).toBeCloseTo(-0.1 - (4.303 * 0.01) / Math.sqrt(3), 10);
    expect(rows[3]?.gain).toBeUndefined();
  });
});

describe('the likely cause of negative transfer', () => {
  const curve = (losses: readonly number[], trainAccuracy: number): Partial<RunRecord> => ({
    curve: losses.map((trainLoss, at) => ({ step: at + 1, epoch: 1, trainLoss, trainAccuracy })),
  });
  const falling = Array.from({ length: 40 }, (_, at) => 2 / (1 + at));
  const scratch = [run('scratch', 100, 0, 0.8, { ...curve(falling, 1), trainableParameters: 100 })];

  it('is a rate too high where the loss rises again', () => {
    const rising = falling.map((loss, at) => (at < 20 ? loss : 0.3));
    expect(likelyCause([run('x', 100, 0, 0.7, curve(rising, 1))], scratch)).toMatch(
      /learning rate.*too high.*2\.8 times/,
    );
  });

  it('is a cut too late where frozen features cannot tell the training examples apart', () => {
    const flat = falling.map((loss) => loss + 1);
    expect(likelyCause([run('x', 100, 0, 0.7, curve(flat, 0.8))], scratch)).toMatch(
      /cut.*too late, or too few weights that train: only 80 %.*100 %/,
    );
  });

  it('is too few labels where all was learnt, and unknown where the curves say nothing', () => {
    expect(likelyCause([run('x', 100, 0, 0.7, curve(falling, 1))], scratch)).toMatch(/too few labels/);
    expect(likelyCause([run('x', 100, 0, 0.7, { trainableParameters: 100, ...curve(falling, 0.9) })], scratch)).toBe(
      undefined,
    );
  });
});
