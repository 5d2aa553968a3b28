import { columnsOf, padded } from './plain.js';

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  /** Ends of an interval around y. */
  readonly low?: number;
  readonly high?: number;
}

export interface PlotSeries {
  /** One character. */
  readonly marker: string;
  readonly points: readonly PlotPoint[];
}

export interface PlotOptions {
  /** Columns of the plotting area; default 64. */
  readonly width?: number;
  /** Lines of the plotting area; default 16. */
  readonly height?: number;
  /** Places named below the horizontal axis, which is logarithmic. */
  readonly ticks: readonly { readonly x: number; readonly text: string }[];
  /** A value of the vertical axis in words. */
  readonly nameY: (y: number) => string;
  /** A place marked by a dotted line from top to bottom. */
  readonly markX?: number;
}

/** How many values are named along the vertical axis. */
const ROWS_NAMED = 4;

/**
 * Points over a logarithmic axis as lines of text, for terminals. Where two series meet in one place, the later one shows;
 * intervals are drawn behind all markers.
 *
 * @returns no lines when there is no finite point
 */
export function textPlot(series: readonly PlotSeries[], options: PlotOptions): string[] {
  const { width = 64, height = 16, ticks, nameY, markX } = options;
  const finite = series.map(({ marker, points }) => ({
    marker,
    points: points.filter(({ x, y }) => x > 0 && Number.isFinite(x) && Number.isFinite(y)),
  }));
  const all = finite.flatMap(({ points }) => points);
  if (all.length === 0) return [];
  const ys = all.flatMap(({ y, low = y, high = y }) => [y, low, high]);
  const xs = [...all.map(({ x }) => x), ...(markX === undefined ? [] : [markX])];
  const column = scale(Math.log(Math.min(...xs)), Math.log(Math.max(...xs)), width - 1);
  const row = scale(Math.max(...ys), Math.min(...ys), height - 1);
  const cells = Array.from({ length: height }, () => Array.from({ length: width }, () => ' '));
  const put = (x: number, y: number, text: string): void => {
    const line = cells[y];
    if (line !== undefined && x >= 0 && x < width) line[x] = text;
  };
  if (markX !== undefined) for (let y = 0; y < height; y++) put(column(Math.log(markX)), y, '┊');
  for (const { points } of finite) {
    for (const { x, y, low = y, high = y } of points) {
      const at = column(Math.log(x));
      for (let line = row(high); high > low && line <= row(low); line++) put(at, line, '│');
    }
  }
  for (const { marker, points } of finite) {
    for (const { x, y } of points) put(column(Math.log(x)), row(y), marker);
  }
  const every = Math.max(1, Math.round((height - 1) / ROWS_NAMED));
  const [top, bottom] = [Math.max(...ys), Math.min(...ys)];
  const names = cells.map((_, line) =>
    line % every === 0 ? nameY(top + ((bottom - top) * line) / Math.max(1, height - 1)) : '',
  );
  const margin = Math.max(...names.map(columnsOf));
  const below = Array.from({ length: width + margin + 2 }, () => ' ');
  for (const { x, text } of ticks) {
    const from =
      margin + 2 + Math.min(width - text.length, Math.max(0, column(Math.log(x)) - Math.floor(text.length / 2)));
    const room = below.slice(Math.max(0, from - 1), from + text.length + 1);
    if (room.every((each) => each === ' ')) [...text].forEach((each, at) => (below[from + at] = each));
  }
  return [
    ...cells.map((line, at) => `${padded(names[at] ?? '', margin, 'right')} ┤${line.join('')}`.trimEnd()),
    `${' '.repeat(margin)} └${'─'.repeat(width)}`,
    below.join('').trimEnd(),
  ];
}

/** Maps [from, to] to whole steps 0 … steps. */
function scale(from: number, to: number, steps: number): (value: number) => number {
  return (value) => (from === to ? Math.floor(steps / 2) : Math.round(((value - from) / (to - from)) * steps));
}
