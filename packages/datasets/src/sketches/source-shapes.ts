import { arc, between, curve, line, polygon, box, type Point, type Shape } from './strokes.js';

/** The source task: ten glyphs. */
export const SOURCE_SHAPES: readonly Shape[] = [
  {
    label: 'ring',
    draw: (rng) => [arc([0, 0], between(rng, 0.55, 0.9), between(rng, 0.7, 0.9), 0, between(rng, 0.94, 1.04))],
  },
  {
    label: 'triangle',
    draw: (rng) => [
      polygon([between(rng, -0.35, 0.35), -0.85], [0.85, between(rng, 0.5, 0.85)], [-0.85, between(rng, 0.5, 0.85)]),
    ],
  },
  { label: 'box', draw: (rng) => [box(-0.75, -between(rng, 0.5, 0.8), 0.75, between(rng, 0.5, 0.8))] },
  {
    label: 'cross',
    draw: (rng) => {
      const at = between(rng, -0.3, 0.3);
      return [line([at, -0.9], [at, 0.9]), line([-0.8, -at], [0.8, -at])];
    },
  },
  {
    label: 'zigzag',
    draw: (rng) => {
      const tall = between(rng, 0.35, 0.65);
      return [line([-0.95, tall], [-0.45, -tall], [0, tall], [0.45, -tall], [0.95, tall])];
    },
  },
  {
    label: 'wave',
    draw: (rng) => {
      const tall = between(rng, 0.35, 0.65);
      return [curve(18, (t) => [1.9 * t - 0.95, tall * Math.cos(4 * Math.PI * t)])];
    },
  },
  {
    label: 'spiral',
    draw: (rng) => {
      const turns = between(rng, 1.6, 2.2);
      const start = rng.uniform();
      return [
        curve(30, (t): Point => {
          const angle = 2 * Math.PI * (start + turns * t);
          return [(0.1 + 0.8 * t) * Math.cos(angle), (0.1 + 0.8 * t) * Math.sin(angle)];
        }),
      ];
    },
  },
  {
    label: 'arrow',
    draw: (rng) => {
      const barb = between(rng, 0.35, 0.6);
      return [line([-0.9, 0], [0.9, 0]), line([0.9 - barb, -barb], [0.9, 0], [0.9 - barb, barb])];
    },
  },
  {
    label: 'star',
    draw: (rng) => {
      const arms = 3;
      const start = between(rng, -0.04, 0.04);
      return Array.from({ length: arms }, (_, arm) => {
        const angle = Math.PI * (start + arm / arms + 0.5);
        return line([0.9 * Math.cos(angle), 0.9 * Math.sin(angle)], [-0.9 * Math.cos(angle), -0.9 * Math.sin(angle)]);
      });
    },
  },
  {
    label: 'hook',
    draw: (rng) => {
      const bend = between(rng, 0.35, 0.5);
      return [[...line([0.5, -0.9]), ...arc([0.5 - bend, 0.45], bend, bend, 0, between(rng, 0.5, 0.7))]];
    },
  },
];
