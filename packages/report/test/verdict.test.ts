import type { ResultRow } from '@graft-ml/core';
import { describe, expect, it } from 'vitest';
import { separation } from '../src/analysis/findings.js';
import { gridOf } from '../src/analysis/grid.js';
import { negativeLines, verdictOf } from '../src/analysis/verdict.js';

function row(recipe: string, labels: number, mean: number, sd: number, negativeTransfer = false): ResultRow {
  const values = sd === 0 ? [mean] : [mean - sd, mean, mean + sd];
  return {
    recipe,
    labels,
    seeds: values.map((_, index) => index),
    testAccuracy: { mean, sd, values },
    trainSeconds: 1,
    trainableParameters: 10,
    negativeTransfer,
  };
}

const say = (rows: ResultRow[], whole?: number): string => {
  const verdict = verdictOf(gridOf(rows), whole);
  return `[${verdict.tone}] ${verdict.headline}. ${verdict.sentences.join(' ')}`;
};

describe('the verdict', () => {
  it('says what helped, by how much, and that nothing hurt', () => {
    expect(say([row('scratch', 100, 0.688, 0.013), row('fine-tune', 100, 0.72, 0.005)])).toBe(
      '[helped] Transfer helped. fine-tune did better than training from scratch, by 3.2 points with 100 labels ' +
        '(72.0% against 68.8%); that is more than the spread between seeds. No recipe showed negative transfer.',
    );
  });

  it('states negative transfer plainly beside what helped', () => {
    const rows = [
      row('scratch', 100, 0.688, 0.013),
      row('frozen', 100, 0.606, 0.012, true),
      row('seed-layer2', 100, 0.72, 0.002),
      row('scratch', 60_000, 0.906, 0.001),
      row('frozen', 60_000, 0.769, 0.001, true),
      row('seed-layer2', 60_000, 0.917, 0.001),
    ];
    expect(say(rows, 60_000)).toBe(
      '[mixed] Transfer helped, but not with every recipe. seed-layer2 did better than training from scratch, by 3.2 ' +
        'points with 100 labels (72.0% against 68.8%) and by 1.1 points with all 60,000 labels (91.7% against 90.6%); ' +
        'each time more than the spread between seeds. Negative transfer: with 100 labels and all 60,000 labels, ' +
        'frozen did worse than training from scratch, 8.2 to 13.7 points lower.',
    );
  });

  it('names the likely cause of negative transfer where the record has one', () => {
    const hurt = { ...row('frozen', 50, 0.7, 0.01, true), likelyCause: 'likely too few labels: so it is' };
    expect(negativeLines(gridOf([row('scratch', 50, 0.8, 0.01), hurt]))).toEqual([
      'frozen with 50 labels reached 70.0%, 10.0 points below scratch (80.0%): negative transfer; likely too few labels: so it is.',
    ]);
  });

  it('says when even the best transfer recipe hurt', () => {
    expect(say([row('scratch', 50, 0.8, 0.01), row('frozen', 50, 0.7, 0.01, true)])).toBe(
      '[hurt] Transfer hurt. frozen was the best transfer recipe, but did worse than training from scratch, by 10.0 ' +
        'points with 50 labels (70.0% against 80.0%); that is more than chance explains. Negative transfer: ' +
        'with 50 labels, frozen did worse than training from scratch, 10.0 points lower.',
    );
  });

  it('does not contradict the record, which tests seed by seed', () => {
    const paired = say([row('scratch', 50, 0.8, 0.02), row('frozen', 50, 0.79, 0.02, true)]);
    expect(paired).toContain('[hurt] Transfer hurt. ');
    expect(paired).not.toContain('within the spread');
  });

  it('does not blame every recipe for one', () => {
    const rows = [row('scratch', 5, 0.8, 0.02), row('frozen', 5, 0.6, 0.02, true), row('fine-tune', 5, 0.81, -0.02)];
    expect(say(rows)).toContain('[hurt] Transfer hurt with some recipes, and clearly helped with none.');
  });

  it('does not call a difference within the spread, or of a single seed, a success', () => {
    expect(say([row('scratch', 50, 0.8, 0.02), row('frozen', 50, 0.81, -0.02)])).toContain('within the spread');
    const single = say([row('scratch', 50, 0.8, 0), row('frozen', 50, 0.9, 0)]);
    expect(single).toContain('[unclear] No clear difference');
    expect(single).toContain('with a single seed this may be chance');
  });

  it('says that equal is equal', () => {
    expect(say([row('scratch', 50, 0.8, 0.01), row('frozen', 50, 0.8, 0.01)])).toContain('equalled scratch');
  });

  it('says what is missing', () => {
    expect(say([row('frozen', 50, 0.8, 0.01)])).toContain('cannot say whether transfer helped');
    expect(say([row('scratch', 50, 0.8, 0.01)])).toContain('Add a transfer recipe');
  });

  it('sums many label counts up', () => {
    const counts = [10, 30, 100, 300, 1000];
    const rows = counts.flatMap((labels, index) => [
      row('scratch', labels, 0.6, 0.001),
      row('fine-tune', labels, 0.61 + index * 0.01, 0.001),
    ]);
    expect(say(rows)).toContain(
      'fine-tune did better than training from scratch, by 1.0 to 5.0 points with 10, 30, 100, 300 and 1,000 labels',
    );
  });
});

it('separates rows only where the interval of their difference over seeds leaves out 0', () => {
  const at = (mean: number, sd: number): ResultRow => row('x', 1, mean, sd);
  expect(separation(at(0.8, 0.01), at(0.7, 0.01))).toBe('above');
  expect(separation(at(0.7, 0.01), at(0.8, 0.01))).toBe('below');
  const uneven = { ...at(0.71, 0.01), testAccuracy: { mean: 0.71, sd: 0.01, values: [0.71, 0.72, 0.7] } };
  expect(separation(uneven, at(0.7, 0.01))).toBe('within');
  // Seeds in another order are paired by number, not by place.
  const turned = {
    ...at(0.72, 0.01),
    seeds: [2, 1, 0],
    testAccuracy: { mean: 0.72, sd: 0.01, values: [0.73, 0.72, 0.71] },
  };
  expect(separation(turned, at(0.7, 0.01))).toBe('above');
  expect(separation(at(0.9, 0), at(0.7, 0.01))).toBe('unknown');
});
