import { significant } from '../text/numbers.js';
import { textPlot } from '../text/plot.js';
import { decadesOf, rateInWords, type RateCurve } from './rate-curve.js';

/**
 * A learning-rate range test as a plot for a terminal: the smoothed loss over rates, with a dotted line at the suggested rate.
 *
 * @example
 * ```ts
 * import { ratePlot } from '@graft-ml/report';
 * const points = [1e-4, 1e-3, 1e-2, 1e-1].map((rate, at) => ({ rate, loss: 2 - at, smoothed: 2 - at }));
 * console.log(ratePlot({ points, steepest: 1e-2, suggested: 1e-2 }));
 * ```
 */
export function ratePlot(curve: RateCurve): string {
  const points = curve.points.map(({ rate, smoothed }) => ({ x: rate, y: smoothed }));
  const lines = textPlot([{ marker: '•', points }], {
    ticks: decadesOf(curve).map((rate) => ({ x: rate, text: rateInWords(rate) })),
    nameY: significant,
    markX: curve.suggested,
  });
  return [
    'Smoothed training loss by learning rate',
    '',
    ...lines,
    '',
    `suggested: ${rateInWords(curve.suggested)} (┊, a tenth of the rate of the lowest loss); the loss fell fastest at ${rateInWords(curve.steepest)}`,
  ].join('\n');
}
