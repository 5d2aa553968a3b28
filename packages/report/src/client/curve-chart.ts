import uPlot from 'uplot';
import type { ExperimentRecord } from '@graft-ml/core';
import { CURVE_NAMES, curveOver, isAccuracy, type Curve, type CurveMetric } from '../analysis/curves.js';
import { methodOf, type Grid } from '../analysis/grid.js';
import type { SeriesStyle } from '../analysis/series.js';
import { count, percent, significant } from '../text/numbers.js';
import { aired, axis } from './axes.js';
import { drawEndLabels, endLabelWidth } from './marks.js';
import { colour } from './theme.js';

interface Line {
  readonly recipe: string;
  readonly style: SeriesStyle;
  readonly curve: Curve;
}

/**
 * Learning curves at one label count: a line for each recipe, the mean over seeds, in a band from the lowest to the
 * highest seed.
 *
 * @param read is told each recipe's value under the pointer, or its last one when the pointer is elsewhere
 */
export function curveChart(
  box: HTMLElement,
  width: number,
  record: ExperimentRecord,
  grid: Grid,
  styles: ReadonlyMap<string, SeriesStyle>,
  shown: { labels: number; metric: CurveMetric },
  read: (recipe: string, value: string) => void,
): uPlot | undefined {
  const scale = isAccuracy(shown.metric) ? 100 : 1;
  const lines = grid.recipes.flatMap((recipe): Line[] => {
    const style = styles.get(recipe);
    const runs = record.runs.filter((run) => methodOf(run) === recipe && run.labels === shown.labels);
    const curve = curveOver(runs, shown.metric);
    return style && curve.steps.length > 0 ? [{ recipe, style, curve }] : [];
  });
  for (const recipe of grid.recipes) read(recipe, '–');
  const say = (line: Line, value: number): void =>
    read(line.recipe, scale === 100 ? `${percent(value)}%` : significant(value));
  const sayLast = (): void => lines.forEach((line) => say(line, line.curve.mean.at(-1) ?? Number.NaN));
  sayLast();
  if (lines.length === 0) return undefined;

  const steps = [...new Set(lines.flatMap((line) => line.curve.steps))].sort((a, b) => a - b);
  const along = (curve: Curve, values: readonly number[]): (number | null)[] => {
    const at = new Map(curve.steps.map((step, index) => [step, values[index]]));
    return steps.map((step) => {
      const value = at.get(step);
      return value === undefined ? null : value * scale;
    });
  };
  const lowest = Math.min(...lines.flatMap((line) => line.curve.low)) * scale;
  const highest = Math.max(...lines.flatMap((line) => line.curve.high)) * scale;
  const range = aired(lowest, highest, 0, scale === 100 ? 100 : Infinity);
  const wide = width > 520;
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  for (const { recipe, style } of lines) {
    const stroke = colour(style.colour);
    const edge: uPlot.Series = { stroke: 'transparent', width: 0, spanGaps: true, points: { show: false } };
    bands.push({ series: [series.length + 1, series.length], fill: `color-mix(in srgb, ${stroke} 16%, transparent)` });
    series.push(edge, edge);
    series.push({ label: recipe, stroke, width: 2, dash: [...style.dash], spanGaps: true, points: { show: false } });
  }
  const options: uPlot.Options = {
    width,
    height: 340,
    padding: [12, wide ? endLabelWidth(grid.recipes) : 16, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { time: false }, y: { range: () => range } },
    axes: [
      axis({ label: 'Training step', size: 34, values: (_, splits) => splits.map(count) }),
      axis({ label: `${CURVE_NAMES[shown.metric]}${scale === 100 ? ' (%)' : ''}`, size: 44 }),
    ],
    series,
    bands,
    hooks: {
      setCursor: [
        (chart): void => {
          // uPlot parks the cursor at −10 when the pointer leaves.
          const away = (chart.cursor.left ?? -1) < 0;
          const step = away ? undefined : steps[chart.cursor.idx ?? -1];
          if (step === undefined) sayLast();
          else for (const line of lines) say(line, nearest(line.curve, step));
        },
      ],
      draw: [
        (chart): void => {
          if (!wide) return;
          const labels = lines.map(({ recipe, style, curve }) => {
            const end = (curve.mean.at(-1) ?? 0) * scale;
            return { text: recipe, style, y: chart.valToPos(end, 'y', true) };
          });
          drawEndLabels(chart, labels);
        },
      ],
    },
  };
  const columns = lines.flatMap(({ curve }) =>
    [curve.low, curve.high, curve.mean].map((values) => along(curve, values)),
  );
  return new uPlot(options, [steps, ...columns], box);
}

/** The mean at the reported step nearest to `step`. */
function nearest(curve: Curve, step: number): number {
  let best = 0;
  curve.steps.forEach((each, index) => {
    if (Math.abs(each - step) < Math.abs((curve.steps[best] ?? 0) - step)) best = index;
  });
  return curve.mean[best] ?? Number.NaN;
}
