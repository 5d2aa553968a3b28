import type uPlot from 'uplot';
import { colour, FONT } from './theme.js';

/** What all axes share. */
export function axis(options: uPlot.Axis): uPlot.Axis {
  return {
    stroke: colour('--muted'),
    font: FONT,
    labelFont: FONT,
    labelSize: 22,
    labelGap: 2,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1, size: 5 },
    ...options,
  };
}

/** A range around [low, high] with some air, kept inside [floor, ceiling]. */
export function aired(low: number, high: number, floor: number, ceiling: number): [number, number] {
  const air = Math.max((high - low) * 0.08, (ceiling === Infinity ? Math.abs(high) : ceiling) * 0.005, 1e-6);
  return [Math.max(floor, low - air), Math.min(ceiling, high + air)];
}
