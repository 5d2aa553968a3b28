import { cornersOf, type SeriesStyle } from '../analysis/series.js';
import { markup, type Html } from '../text/html.js';

/** A short piece of a recipe's line with its marker, as inline SVG. Decorative: the name stands beside it. */
export function swatch(style: SeriesStyle | undefined): Html {
  if (!style) return markup``;
  const corners = cornersOf(style.marker).map(([x, y]) => `${14 + 4 * x},${6 + 4 * y}`);
  const marker =
    corners.length === 0 ? markup`<circle cx="14" cy="6" r="4"/>` : markup`<polygon points="${corners.join(' ')}"/>`;
  return markup`<svg class="swatch" style="color:var(${style.colour})" width="28" height="12" viewBox="0 0 28 12" aria-hidden="true">${[0, 28].map((end) => markup`<line x1="14" y1="6" x2="${end}" y2="6" stroke-dasharray="${style.dash.join(' ')}"/>`)}${marker}</svg>`;
}
