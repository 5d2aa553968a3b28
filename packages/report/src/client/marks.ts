import type uPlot from 'uplot';
import { cornersOf, type SeriesStyle } from '../analysis/series.js';
import { colour, FONT } from './theme.js';

/** Draws a recipe's marker; all lengths are in canvas pixels. */
export function drawMarker(
  ctx: CanvasRenderingContext2D,
  style: SeriesStyle,
  x: number,
  y: number,
  radius: number,
): void {
  ctx.beginPath();
  const corners = cornersOf(style.marker);
  if (corners.length === 0) ctx.arc(x, y, radius, 0, 2 * Math.PI);
  corners.forEach(([dx, dy], index) => {
    if (index === 0) ctx.moveTo(x + radius * dx, y + radius * dy);
    else ctx.lineTo(x + radius * dx, y + radius * dy);
  });
  ctx.closePath();
  ctx.fillStyle = colour(style.colour);
  ctx.strokeStyle = colour('--card');
  ctx.lineWidth = devicePixelRatio;
  ctx.fill();
  ctx.stroke();
}

/** A vertical bar with caps from `low` to `high`. */
export function drawErrorBar(
  ctx: CanvasRenderingContext2D,
  stroke: string,
  x: number,
  low: number,
  high: number,
): void {
  const cap = 4 * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, low);
  ctx.lineTo(x, high);
  for (const y of [low, high]) {
    ctx.moveTo(x - cap, y);
    ctx.lineTo(x + cap, y);
  }
  ctx.strokeStyle = stroke;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.stroke();
}

export interface EndLabel {
  readonly text: string;
  readonly style: SeriesStyle;
  /** Height of the line's end, in canvas pixels. */
  readonly y: number;
}

/** Columns to keep free right of a chart for its end labels, in CSS pixels. */
export function endLabelWidth(names: readonly string[]): number {
  const ctx = document.createElement('canvas').getContext('2d');
  if (!ctx) return 0;
  ctx.font = FONT;
  return Math.min(150, Math.ceil(Math.max(...names.map((name) => ctx.measureText(name).width))) + 16);
}

/** Names beside the ends of their lines, moved apart where they would overlap. */
export function drawEndLabels(chart: uPlot, labels: readonly EndLabel[]): void {
  const { ctx, bbox } = chart;
  const gap = 15 * devicePixelRatio;
  const sorted = [...labels].sort((a, b) => a.y - b.y);
  const heights = sorted.map((label) => label.y);
  for (let pass = 0; pass < 40; pass++) {
    for (let index = 1; index < heights.length; index++) {
      const [above, below] = [heights[index - 1] ?? 0, heights[index] ?? 0];
      const missing = gap - (below - above);
      if (missing <= 0) continue;
      heights[index - 1] = above - missing / 2;
      heights[index] = below + missing / 2;
    }
  }
  ctx.save();
  ctx.font = scaledFont();
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  sorted.forEach((label, index) => {
    ctx.fillStyle = colour(label.style.colour);
    ctx.fillText(
      fitted(ctx, label.text, 134 * devicePixelRatio),
      bbox.left + bbox.width + 8 * devicePixelRatio,
      heights[index] ?? label.y,
    );
  });
  ctx.restore();
}

/** The canvas counts in device pixels. */
export function scaledFont(): string {
  return FONT.replace(/^\d+/, (size) => String(Number(size) * devicePixelRatio));
}

function fitted(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  let kept = [...text];
  while (kept.length > 1 && ctx.measureText(`${kept.join('')}…`).width > width) kept = kept.slice(0, -1);
  return `${kept.join('')}…`;
}
