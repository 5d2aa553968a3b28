import type uPlot from 'uplot';
import { onSchemeChange } from './theme.js';

/** Width in CSS pixels of a chart on paper. */
const PAPER = 660;

/**
 * Keeps a chart in its box: draws it now, and again when the box changes its width, the colour scheme turns, or the
 * page is printed (always in light colours).
 *
 * @param draw makes the chart for a width in CSS pixels, or nothing when there is nothing to draw
 * @returns a function that draws again, for when what is shown has changed
 */
export function chartFrame(box: HTMLElement, draw: (width: number) => uPlot | undefined): () => void {
  let chart: uPlot | undefined;
  let drawn = 0;
  const redraw = (width: number): void => {
    chart?.destroy();
    drawn = width;
    chart = width > 0 ? draw(width) : undefined;
  };
  const again = (): void => redraw(Math.floor(box.clientWidth));
  new ResizeObserver(() => {
    if (Math.floor(box.clientWidth) !== drawn && !document.documentElement.classList.contains('printing')) again();
  }).observe(box);
  onSchemeChange(again);
  addEventListener('beforeprint', () => {
    document.documentElement.classList.add('printing');
    redraw(PAPER);
  });
  addEventListener('afterprint', () => {
    document.documentElement.classList.remove('printing');
    again();
  });
  again();
  return again;
}
