import { arc, between, box, curve, hatch, line, polygon, type Shape } from './strokes.js';

/** The target task: ten things, composed of the strokes that the source's glyphs are made of. */
export const TARGET_SHAPES: readonly Shape[] = [
  {
    label: 'house',
    draw: (rng) => {
      const eaves = between(rng, -0.3, 0);
      const door = between(rng, -0.4, 0.1);
      return [
        box(-0.7, eaves, 0.7, 0.85),
        line([-0.9, eaves], [0, -0.9], [0.9, eaves]),
        line([door, 0.85], [door, 0.35], [door + 0.3, 0.35], [door + 0.3, 0.85]),
      ];
    },
  },
  {
    label: 'envelope',
    draw: (rng) => {
      const tall = between(rng, 0.5, 0.75);
      return [box(-0.85, -tall, 0.85, tall), line([-0.85, -tall], [0, between(rng, -0.1, 0.25)], [0.85, -tall])];
    },
  },
  {
    label: 'cup',
    draw: (rng) => {
      const foot = between(rng, 0.3, 0.5);
      return [
        polygon([-0.7, -0.6], [0.45, -0.6], [foot - 0.1, 0.7], [-foot - 0.15, 0.7]),
        arc([0.42, between(rng, -0.1, 0.1)], between(rng, 0.3, 0.5), 0.35, -0.25, 0.25),
      ];
    },
  },
  {
    label: 'fish',
    draw: (rng) => {
      const tail = between(rng, 0.3, 0.55);
      return [
        arc([-0.2, 0], 0.65, between(rng, 0.35, 0.5)),
        polygon([0.42, 0], [0.95, -tail], [0.95, tail]),
        arc([-0.5, -0.1], 0.06, 0.06),
      ];
    },
  },
  {
    label: 'boat',
    draw: (rng) => {
      const mast = between(rng, -0.2, 0.2);
      return [
        polygon([-0.9, 0.3], [0.9, 0.3], [0.5, 0.8], [-0.5, 0.8]),
        polygon([mast, -0.9], [mast, 0.15], [mast + between(rng, 0.45, 0.7), 0.15]),
      ];
    },
  },
  {
    label: 'tree',
    draw: (rng) => {
      const crown = between(rng, 0.45, 0.6);
      return [
        arc([0, -0.35], between(rng, 0.5, 0.75), crown),
        line([-0.12, crown - 0.37], [-0.12, 0.9]),
        line([0.12, crown - 0.37], [0.12, 0.9]),
      ];
    },
  },
  {
    label: 'mushroom',
    draw: (rng) => {
      const brim = between(rng, -0.15, 0.15);
      const stem = between(rng, 0.15, 0.3);
      return [
        [...arc([0, brim], 0.85, between(rng, 0.6, 0.8), 0.5, 1), [-0.85, brim]],
        line([-stem, brim], [-stem, 0.85], [stem, 0.85], [stem, brim]),
      ];
    },
  },
  {
    label: 'umbrella',
    draw: (rng) => {
      const brim = between(rng, -0.15, 0.1);
      return [
        [...arc([0, brim], 0.85, between(rng, 0.6, 0.75), 0.5, 1), [-0.85, brim]],
        [...line([0, brim]), ...arc([-0.17, 0.65], 0.17, 0.2, 0, 0.5)],
      ];
    },
  },
  {
    label: 'shirt',
    draw: (rng) => {
      const sleeve = between(rng, -0.2, 0.2);
      const waist = between(rng, 0.4, 0.55);
      const body = polygon(
        [-0.3, -0.75],
        [0.3, -0.75],
        [0.95, sleeve - 0.25],
        [0.75, sleeve],
        [waist, -0.2],
        [waist, 0.85],
        [-waist, 0.85],
        [-waist, -0.2],
        [-0.75, sleeve],
        [-0.95, sleeve - 0.25],
      );
      return rng.uniform() < 0.5 ? [body] : [body, ...hatch(-waist, -0.1, waist, 0.85, 3, false)];
    },
  },
  {
    label: 'dress',
    draw: (rng) => {
      const hem = between(rng, 0.55, 0.85);
      const waist = between(rng, 0.18, 0.3);
      const body = polygon([-0.35, -0.85], [0.35, -0.85], [waist, -0.15], [hem, 0.9], [-hem, 0.9], [-waist, -0.15]);
      return rng.uniform() < 0.5
        ? [body]
        : [body, curve(10, (t) => [1.6 * hem * (t - 0.5), 0.6 + 0.08 * Math.cos(6 * Math.PI * t)])];
    },
  },
];
