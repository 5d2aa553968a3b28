import type { Rng } from '@graft-ml/core';
import { develop, drawStroke, newCanvas, SIDE } from './canvas.js';
import { arc, between, line, type Point, type Shape, type Stroke } from './strokes.js';

/** How much a task's pictures vary. Chosen so that label counts and recipes differ; see the package's README. */
export interface Difficulty {
  /** Turns to either side. */
  readonly rotation: number;
  /** Smallest size, where 1 fills the picture. */
  readonly smallest: number;
  /** How far a drawing bends, in units of its half size. */
  readonly bend: number;
  /** How much each point strays, in units of the drawing's half size. */
  readonly tremor: number;
  /** The share of segments that the pen leaves out. */
  readonly gaps: number;
  /** At most this many strokes that do not belong. */
  readonly clutter: number;
  /** Largest standard deviation of the noise. */
  readonly grain: number;
}

/** Draw one picture: SIDE × SIDE bytes, light on dark. */
export function drawSketch(shape: Shape, rng: Rng, difficulty: Difficulty): Uint8Array {
  const canvas = newCanvas();
  const width = between(rng, 1, 2.4);
  const ink = between(rng, 0.55, 1);
  const place = placement(rng, difficulty);
  for (const stroke of shape.draw(rng)) {
    for (const piece of withGaps(stroke, rng, difficulty.gaps)) {
      drawStroke(
        canvas,
        piece.map((point) => place(point, rng)),
        width * between(rng, 0.85, 1.15),
        ink * between(rng, 0.85, 1),
      );
    }
  }
  for (let left = rng.int(difficulty.clutter + 1); left > 0; left--) {
    drawStroke(canvas, strayStroke(rng), between(rng, 0.8, 2.2), between(rng, 0.3, 0.9));
  }
  const shade = { base: between(rng, 0, 0.15), x: between(rng, -0.15, 0.25), y: between(rng, -0.15, 0.25) };
  return develop(canvas, shade, between(rng, 0.02, difficulty.grain), rng.seed());
}

/** From drawing to pixels: a gentle bend, tremor, then a random affine map. */
function placement(rng: Rng, { rotation, smallest, bend, tremor }: Difficulty): (point: Point, rng: Rng) => Point {
  const angle = 2 * Math.PI * between(rng, -rotation, rotation);
  const size = (SIDE / 2 - 2) * between(rng, smallest, 1);
  const stretch = between(rng, 0.8, 1.2);
  const shear = between(rng, -0.25, 0.25);
  const slack = SIDE / 2 - 1.5 - size;
  const centreX = (SIDE - 1) / 2 + between(rng, -1, 1) * slack;
  const centreY = (SIDE - 1) / 2 + between(rng, -1, 1) * slack;
  const cos = Math.cos(angle) * size;
  const sin = Math.sin(angle) * size;
  const bends = [
    between(rng, -bend, bend),
    between(rng, -bend, bend),
    between(rng, -bend, bend),
    between(rng, -bend, bend),
  ];
  const [xyy = 0, xxy = 0, yxx = 0, yxy = 0] = bends;
  return ([x, y], trembling) => {
    const bentX = x + xyy * y * y + xxy * x * y + between(trembling, -tremor, tremor);
    const bentY = y + yxx * x * x + yxy * x * y + between(trembling, -tremor, tremor);
    const wide = bentX * stretch + bentY * shear;
    const high = bentY / stretch;
    return [centreX + cos * wide - sin * high, centreY + sin * wide + cos * high];
  };
}

/** The stroke cut where the pen was lifted. Long lines are halved first, so that a gap never swallows a whole side. */
function withGaps(stroke: Stroke, rng: Rng, gaps: number): Stroke[] {
  const pieces: Point[][] = [[]];
  const fine = stroke.flatMap((point, at): Point[] => {
    const next = stroke[at + 1];
    return next === undefined ? [point] : [point, [(point[0] + next[0]) / 2, (point[1] + next[1]) / 2]];
  });
  for (const point of fine) {
    pieces.at(-1)?.push(point);
    if (rng.uniform() < gaps) pieces.push([]);
  }
  return pieces;
}

/** A stroke that has nothing to do with the picture: a short line or arc anywhere. */
function strayStroke(rng: Rng): Stroke {
  const centre: Point = [between(rng, 2, SIDE - 3), between(rng, 2, SIDE - 3)];
  const long = between(rng, 2, 8);
  const start = rng.uniform();
  if (rng.uniform() < 0.5)
    return arc(centre, long, long * between(rng, 0.5, 1), start, start + between(rng, 0.15, 0.5));
  const angle = 2 * Math.PI * start;
  const dx = long * Math.cos(angle);
  const dy = long * Math.sin(angle);
  return line([centre[0] - dx, centre[1] - dy], [centre[0] + dx, centre[1] + dy]);
}
