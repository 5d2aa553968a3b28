import type { Rng } from '@graft-ml/core';

/** A point of a drawing; the drawing fills about [−1, 1] × [−1, 1], y downwards. */
export type Point = readonly [x: number, y: number];

/** A line through points, drawn without lifting the pen. */
export type Stroke = readonly Point[];

/** One class of a sketches task: what it is called and how it is drawn, with random proportions. */
export interface Shape {
  readonly label: string;
  readonly draw: (rng: Rng) => Stroke[];
}

/** A uniform number in [low, high). */
export function between(rng: Rng, low: number, high: number): number {
  return low + (high - low) * rng.uniform();
}

/** A line through some points. */
export function line(...points: readonly Point[]): Stroke {
  return points;
}

/** A closed line through some points. */
export function polygon(...points: readonly Point[]): Stroke {
  const [first] = points;
  return first === undefined ? [] : [...points, first];
}

/** The outline of an upright rectangle. */
export function box(left: number, top: number, right: number, bottom: number): Stroke {
  return polygon([left, top], [right, top], [right, bottom], [left, bottom]);
}

/** A part of an ellipse, from one angle to another in turns (0 is right, ¼ is down). */
export function arc(centre: Point, radiusX: number, radiusY: number, from = 0, to = 1): Stroke {
  const steps = Math.max(3, Math.ceil(Math.abs(to - from) * 16));
  return Array.from({ length: steps + 1 }, (_, step): Point => {
    const angle = 2 * Math.PI * (from + ((to - from) * step) / steps);
    return [centre[0] + radiusX * Math.cos(angle), centre[1] + radiusY * Math.sin(angle)];
  });
}

/** A curve given by x and y over t in [0, 1]. */
export function curve(steps: number, at: (t: number) => Point): Stroke {
  return Array.from({ length: steps + 1 }, (_, step) => at(step / steps));
}

/** Parallel lines inside a rectangle, as a texture. */
export function hatch(
  left: number,
  top: number,
  right: number,
  bottom: number,
  lines: number,
  upright: boolean,
): Stroke[] {
  return Array.from({ length: lines }, (_, at) => {
    const part = (at + 1) / (lines + 1);
    const x = left + (right - left) * part;
    const y = top + (bottom - top) * part;
    return upright ? line([x, top], [x, bottom]) : line([left, y], [right, y]);
  });
}
