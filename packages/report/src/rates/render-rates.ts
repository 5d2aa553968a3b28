import { GraftError } from '@graft-ml/core';
import { markup, trusted, type Html } from '../text/html.js';
import { significant } from '../text/numbers.js';
import { decadesOf, rateInWords, type RateCurve } from './rate-curve.js';

const [WIDTH, HEIGHT] = [760, 380];
const MARGIN = { left: 64, right: 20, top: 16, bottom: 48 };
const LEVELS = 5;

const STYLE = `
:root { color-scheme: light dark; --text: #1a1d23; --muted: #5b6472; --line: #e2e5ea; --curve: #1d5fd0; --mark: #c2410c; --page: #f4f5f7; --card: #fff; }
@media (prefers-color-scheme: dark) { :root { --text: #e8eaee; --muted: #a0a8b5; --line: #2d333d; --curve: #74a9ff; --mark: #ff9a62; --page: #12151a; --card: #1b1f26; } }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 820px; margin: 2rem auto; padding: 1.5rem; background: var(--card); border-radius: 12px; }
svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: var(--muted); }
.grid { stroke: var(--line); } .loss { fill: var(--curve); opacity: .3; } .smoothed { fill: none; stroke: var(--curve); stroke-width: 2.5; }
.mark { stroke: var(--mark); stroke-width: 2; stroke-dasharray: 5 4; } .mark-text { fill: var(--mark) !important; font-weight: 600 !important; }
`;

/**
 * A learning-rate range test as one HTML file, which opens offline: the loss of every step and the smoothed loss over a
 * logarithmic axis of rates, with the suggested rate marked. It holds no script.
 *
 * @param title what was trained, e.g. `fine-tuning seed-cnn/mnist on fashion-mnist`
 * @throws GraftError `bad-input` for fewer than two points
 */
export function renderRates(curve: RateCurve, title: string): string {
  if (curve.points.length < 2) {
    throw new GraftError({
      code: 'bad-input',
      what: `The range test holds ${curve.points.length} points.`,
      expected: 'At least two were expected.',
    });
  }
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${`Learning-rate range test: ${title}`}</title>
<style>${trusted(STYLE)}</style>
</head>
<body><main>
<h1>Learning-rate range test</h1>
<p>${title}</p>
<p>Suggested: <b>${rateInWords(curve.suggested)}</b>, a tenth of the rate of the lowest smoothed loss. The loss fell fastest at ${rateInWords(curve.steepest)}.</p>
${chart(curve)}
<p>Dots are the losses of single steps, the line is their moving average. Rates rise from step to step; the test ends where the loss blows up.</p>
</main></body>
</html>
`.text;
}

function chart(curve: RateCurve): Html {
  const { points } = curve;
  const rates = points.map(({ rate }) => Math.log10(rate));
  const losses = points.flatMap(({ smoothed }) => (Number.isFinite(smoothed) ? [smoothed] : []));
  const [left, right] = [Math.min(...rates, Math.log10(curve.suggested)), Math.max(...rates)];
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const air = 0.06 * (high - low || 1);
  const x = (rate: number): string =>
    (MARGIN.left + ((Math.log10(rate) - left) / (right - left || 1)) * (WIDTH - MARGIN.left - MARGIN.right)).toFixed(1);
  const y = (loss: number): string =>
    (MARGIN.top + ((high + air - loss) / (high - low + 2 * air)) * (HEIGHT - MARGIN.top - MARGIN.bottom)).toFixed(1);
  const [top, floor] = [MARGIN.top, HEIGHT - MARGIN.bottom];
  const levels = Array.from({ length: LEVELS }, (_, at) => low + ((high - low) * at) / (LEVELS - 1));
  // Single losses vary more than their average; what lies beyond the frame is not drawn.
  const shown = points.filter(({ loss }) => loss >= low - air && loss <= high + air);
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${`Loss over learning rates; suggested rate ${rateInWords(curve.suggested)}`}">
${levels.map(
  (level) =>
    markup`<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(level)}" y2="${y(level)}"/><text x="${MARGIN.left - 8}" y="${y(level)}" text-anchor="end" dominant-baseline="middle">${significant(level)}</text>`,
)}
${decadesOf(curve).map(
  (rate) =>
    markup`<line class="grid" x1="${x(rate)}" x2="${x(rate)}" y1="${top}" y2="${floor}"/><text x="${x(rate)}" y="${floor + 18}" text-anchor="middle">${rateInWords(rate)}</text>`,
)}
<text x="${WIDTH / 2}" y="${HEIGHT - 8}" text-anchor="middle">learning rate</text>
${shown.map(({ rate, loss }) => markup`<circle class="loss" cx="${x(rate)}" cy="${y(loss)}" r="2.5"/>`)}
<polyline class="smoothed" points="${points.map(({ rate, smoothed }) => `${x(rate)},${y(smoothed)}`).join(' ')}"/>
<line class="mark" x1="${x(curve.suggested)}" x2="${x(curve.suggested)}" y1="${top}" y2="${floor}"/>
<text class="mark-text" x="${x(curve.suggested)}" y="${top + 4}" dx="6" dominant-baseline="hanging">${rateInWords(curve.suggested)}</text>
</svg>`;
}
