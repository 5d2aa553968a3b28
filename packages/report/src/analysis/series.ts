import { isBaseline } from './grid.js';

export type Marker = 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'down';

/** How a recipe is drawn, everywhere in the report: never by colour alone. */
export interface SeriesStyle {
  /** The custom property of the style sheet that holds the colour, e.g. `--series-1`. */
  readonly colour: string;
  readonly marker: Marker;
  /** Lengths of dashes and gaps in CSS pixels; empty for a solid line. */
  readonly dash: readonly number[];
}

const MARKERS: readonly Marker[] = ['square', 'triangle', 'diamond', 'circle', 'down', 'cross'];
const DASHES: readonly (readonly number[])[] = [[], [10, 4], [12, 3, 2, 3], [5, 2], [16, 4], [3, 3, 8, 3]];
/** Colours in the style sheet, `--series-1` onwards; more recipes than that start again with other markers. */
const COLOURS = 7;

/** One style for each recipe; the baseline is always the grey dotted line. */
export function seriesStyles(recipes: readonly string[]): ReadonlyMap<string, SeriesStyle> {
  const others = recipes.filter((recipe) => !isBaseline(recipe));
  return new Map(
    recipes.map((recipe) => {
      if (isBaseline(recipe)) return [recipe, { colour: '--series-base', marker: 'circle', dash: [2, 3] }];
      const index = others.indexOf(recipe);
      return [
        recipe,
        {
          colour: `--series-${(index % COLOURS) + 1}`,
          marker: MARKERS[index % MARKERS.length] ?? 'circle',
          dash: DASHES[index % DASHES.length] ?? [],
        },
      ];
    }),
  );
}

/** Corners of a marker around (0, 0), for a marker of radius 1; a circle has none. */
export function cornersOf(marker: Marker): readonly (readonly [x: number, y: number])[] {
  switch (marker) {
    case 'circle':
      return [];
    case 'square':
      return [
        [-0.85, -0.85],
        [0.85, -0.85],
        [0.85, 0.85],
        [-0.85, 0.85],
      ];
    case 'triangle':
      return [
        [0, -1.1],
        [1, 0.8],
        [-1, 0.8],
      ];
    case 'down':
      return [
        [0, 1.1],
        [1, -0.8],
        [-1, -0.8],
      ];
    case 'diamond':
      return [
        [0, -1.2],
        [1.1, 0],
        [0, 1.2],
        [-1.1, 0],
      ];
    case 'cross':
      return [
        [-1, -0.5],
        [-0.5, -1],
        [0, -0.5],
        [0.5, -1],
        [1, -0.5],
        [0.5, 0],
        [1, 0.5],
        [0.5, 1],
        [0, 0.5],
        [-0.5, 1],
        [-1, 0.5],
        [-0.5, 0],
      ];
  }
}
