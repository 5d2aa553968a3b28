import uPlot from 'uplot';
import type { ExperimentRecord, ResultRow } from '@graft-ml/core';
import { meanInterval } from '@graft-ml/metrics';
import type { Grid } from '../analysis/grid.js';
import type { SeriesStyle } from '../analysis/series.js';
import { count } from '../text/numbers.js';
import { aired, axis } from './axes.js';
import { drawEndLabels, drawErrorBar, drawMarker, endLabelWidth, scaledFont } from './marks.js';
import { colour } from './theme.js';

interface Point {
  readonly x: number;
  readonly row: ResultRow;
}

interface Line {
  readonly recipe: string;
  readonly style: SeriesStyle;
  readonly points: readonly Point[];
}

/**
 * Test accuracy in per cent with error bars. With several label counts: lines over a logarithmic axis, moved a little
 * apart so that bars do not hide each other. With one: a point for each recipe.
 */
export function labelChart(
  box: HTMLElement,
  width: number,
  record: ExperimentRecord,
  grid: Grid,
  styles: ReadonlyMap<string, SeriesStyle>,
): uPlot {
  const several = grid.labelCounts.length > 1;
  const lines = linesOf(grid, styles);
  const xs = [...new Set(lines.flatMap((line) => line.points.map((point) => point.x)))].sort((a, b) => a - b);
  const values = lines.flatMap(({ points }) =>
    points.flatMap(({ row }) => [...row.testAccuracy.values, ...barOf(row)]),
  );
  const range = aired(100 * Math.min(...values), 100 * Math.max(...values), 0, 100);
  const wide = width > 520 && several;
  const whole = record.target.trainExamples;
  const [first, last] = [grid.labelCounts[0] ?? 1, grid.labelCounts.at(-1) ?? 1];
  const margin = several ? (last / first) ** 0.06 : 1;
  const options: uPlot.Options = {
    width,
    height: several ? 340 : 300,
    padding: [12, wide ? endLabelWidth(grid.recipes) : 16, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: several
        ? { time: false, distr: 3, range: () => [first / margin, last * margin] }
        : { time: false, range: () => [-0.6, grid.recipes.length - 0.4] },
      y: { range: () => range },
    },
    axes: [
      axis({
        ...(several ? { label: 'Labelled target examples' } : {}),
        size: several ? 34 : 30,
        splits: () => (several ? [...grid.labelCounts] : grid.recipes.map((_, index) => index)),
        filter: (_, splits) => splits,
        values: (_, splits) =>
          splits.map((split) =>
            several ? (split === whole ? `all ${count(split)}` : count(split)) : (grid.recipes[split] ?? ''),
          ),
        grid: { show: several, stroke: colour('--line'), width: 1 },
      }),
      axis({ label: 'Test accuracy (%)', size: 44 }),
    ],
    series: [
      {},
      ...lines.map(({ recipe, style }): uPlot.Series => ({
        label: recipe,
        stroke: colour(style.colour),
        width: 2,
        dash: [...style.dash],
        spanGaps: true,
        points: { show: false },
      })),
    ],
    hooks: { draw: [(chart): void => drawPoints(chart, lines, wide)] },
  };
  const columns = lines.map(({ points }) =>
    xs.map((x) => {
      const mean = points.find((point) => point.x === x)?.row.testAccuracy.mean;
      return mean === undefined ? null : 100 * mean;
    }),
  );
  return new uPlot(options, [xs, ...columns], box);
}

function linesOf(grid: Grid, styles: ReadonlyMap<string, SeriesStyle>): Line[] {
  const [first, last] = [grid.labelCounts[0] ?? 1, grid.labelCounts.at(-1) ?? 1];
  const step = (last / first) ** 0.007;
  return grid.recipes.flatMap((recipe, index) => {
    const style = styles.get(recipe);
    if (!style) return [];
    const moved = step ** (index - (grid.recipes.length - 1) / 2);
    const points = grid.labelCounts.flatMap((labels) => {
      const row = grid.row(recipe, labels);
      return row ? [{ x: grid.labelCounts.length > 1 ? labels * moved : index, row }] : [];
    });
    return [{ recipe, style, points }];
  });
}

/** The 95 % interval of the mean, within what an accuracy can be; the mean alone where there is one seed. */
function barOf(row: ResultRow): [number, number] {
  const { mean, values } = row.testAccuracy;
  const { low, high } = row.interval ?? meanInterval(values) ?? { low: mean, high: mean };
  return [Math.max(0, low), Math.min(1, high)];
}

function drawPoints(chart: uPlot, lines: readonly Line[], endLabels: boolean): void {
  const { ctx } = chart;
  const height = (fraction: number): number => chart.valToPos(100 * fraction, 'y', true);
  ctx.save();
  for (const { style, points } of lines) {
    for (const { x, row } of points) {
      const at = chart.valToPos(x, 'x', true);
      const [low, high] = barOf(row);
      ctx.globalAlpha = 0.35;
      ctx.fillStyle = colour(style.colour);
      for (const value of row.testAccuracy.values) {
        ctx.beginPath();
        ctx.arc(at, height(value), 2 * devicePixelRatio, 0, 2 * Math.PI);
        ctx.fill();
      }
      ctx.globalAlpha = 1;
      if (high > low) drawErrorBar(ctx, colour(style.colour), at, height(low), height(high));
      drawMarker(ctx, style, at, height(row.testAccuracy.mean), 4.5 * devicePixelRatio);
      if (!endLabels && lines.every((line) => line.points.length === 1)) {
        ctx.font = scaledFont();
        ctx.fillStyle = colour('--text');
        ctx.textAlign = 'left';
        ctx.textBaseline = 'middle';
        ctx.fillText(
          (100 * row.testAccuracy.mean).toFixed(1),
          at + 10 * devicePixelRatio,
          height(row.testAccuracy.mean),
        );
      }
    }
  }
  ctx.restore();
  if (!endLabels) return;
  drawEndLabels(
    chart,
    lines.flatMap(({ recipe, style, points }) => {
      const end = points.at(-1);
      return end ? [{ text: recipe, style, y: height(end.row.testAccuracy.mean) }] : [];
    }),
  );
}
