import { describe, expect, it } from 'vitest';
import type { ResultRow } from '@graft-ml/core';
import { learnCurvePlot, ratePlot, renderRates } from '../src/index.js';
import { textPlot } from '../src/text/plot.js';
import { columnsOf } from '../src/text/plain.js';

describe('textPlot', () => {
  it('puts points where they belong on a logarithmic axis, with their intervals', () => {
    const points = [
      { x: 1, y: 0 },
      { x: 10, y: 5, low: 4, high: 6 },
      { x: 100, y: 10 },
    ];
    expect(
      textPlot([{ marker: 'o', points }], {
        width: 11,
        height: 11,
        ticks: points.map(({ x }) => ({ x, text: String(x) })),
        nameY: (y) => y.toFixed(1),
      }),
    ).toEqual([
      '10.0 ┤          o',
      '     ┤',
      '     ┤',
      ' 7.0 ┤',
      '     ┤     │',
      '     ┤     o',
      ' 4.0 ┤     │',
      '     ┤',
      '     ┤',
      ' 1.0 ┤',
      '     ┤o',
      '     └───────────',
      '      1   10  100',
    ]);
  });

  it('leaves out what is not finite, and has no lines for nothing', () => {
    const options = { ticks: [], nameY: String };
    expect(textPlot([{ marker: 'o', points: [{ x: 1, y: Number.NaN }] }], options)).toEqual([]);
    expect(textPlot([{ marker: 'o', points: [{ x: 1, y: 2 }] }], options).join('')).toContain('o');
  });
});

describe('learnCurvePlot', () => {
  const row = (recipe: string, labels: number, values: readonly number[]): ResultRow => ({
    recipe,
    labels,
    seeds: values.map((_, seed) => seed),
    testAccuracy: { mean: values.reduce((sum, each) => sum + each, 0) / values.length, sd: 0.01, values },
    trainSeconds: 1,
    trainableParameters: 10,
    negativeTransfer: false,
  });

  it('names label counts, accuracies and recipes, and says what the bars are', () => {
    const rows = [10, 100, 1000].flatMap((labels, at) => [
      row('scratch', labels, [0.3 + at / 10, 0.32 + at / 10]),
      row('frozen', labels, [0.6 + at / 10, 0.62 + at / 10]),
    ]);
    const plot = learnCurvePlot(rows);
    expect(plot).toContain('o scratch   x frozen');
    expect(plot).toContain('Bars: 95 % interval over seeds');
    for (const text of ['1,000', '100', '10', '│']) expect(plot).toContain(text);
    expect(Math.max(...plot.split('\n').map(columnsOf))).toBeLessThanOrEqual(100);
    const lines = plot.split('\n');
    const places = ['o', 'x'].map((marker) => lines.findIndex((line) => line.includes('┤') && line.includes(marker)));
    expect(places[1]).toBeLessThan(places[0] ?? 0);
    expect(learnCurvePlot([row('scratch', 10, [0.5])])).not.toContain('Bars');
  });
});

describe('a learning-rate range test', () => {
  const points = Array.from({ length: 61 }, (_, at) => {
    const rate = 10 ** (-6 + at / 10);
    const smoothed = 2 - Math.exp(-((Math.log10(rate) + 2) ** 2)) + (rate > 0.1 ? 10 * rate : 0);
    return { rate, loss: smoothed + 0.05 * Math.sin(at), smoothed };
  });
  const curve = { points, steepest: 10 ** -2.7, suggested: 1e-3 };

  it('is plotted with its decades and the suggested rate', () => {
    const plot = ratePlot(curve);
    for (const text of ['1e-6', '1e-4', '1e-2', '1e0', '┊', 'suggested: 1e-3', 'fastest at 2e-3'])
      expect(plot).toContain(text);
  });

  it('is a page without script, in which every name is escaped', () => {
    const page = renderRates(curve, '<b>fine-tuning</b> x');
    expect(page).toContain('&lt;b&gt;fine-tuning&lt;/b&gt; x');
    expect(page).not.toMatch(/<script|NaN|Infinity/);
    expect(page.match(/<circle/g)?.length).toBeGreaterThan(50);
    expect(page).toContain('Suggested: <b>1e-3</b>');
    expect(() => renderRates({ ...curve, points: [] }, '')).toThrow(/At least two/);
  });
});
