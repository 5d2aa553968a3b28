import { accuracyOf, percent, points, range } from './table.mjs';

/**
 * @typedef {import('@graft-ml/core').ResultRow} Row
 * @typedef {{ part: import('./plan.mjs').Part, rows: readonly Row[] }} Shown
 */

/**
 * What was aimed at, each with what was reached or why it cannot be told yet.
 *
 * @param {readonly Shown[]} shown
 */
export function targetLines(shown) {
  const rows = (/** @type {string} */ id, /** @type {number | undefined} */ labels) =>
    (shown.find(({ part }) => part.id === id)?.rows ?? []).filter(
      (row) => labels === undefined || row.labels === labels,
    );
  return [
    `- The best transfer recipe beats an equally tuned scratch with 100 labels by at least 3 points, with intervals that do not overlap: ${against(rows('tuned', 100), 0.03)}`,
    `- The same with 1,000 labels, by any margin: ${against(rows('tuned', 1000), 0)}`,
    `- With all labels the best recipe reaches 92 %: ${reached(rows('all-labels', undefined), 0.92)}`,
    `- On real photos transfer beats scratch by at least 15 points: ${against(rows('photos', undefined), 0.15)}`,
  ];
}

/**
 * @param {readonly Row[]} rows
 * @param {number} margin
 */
function against(rows, margin) {
  const scratch = rows.find(({ recipe }) => recipe === 'scratch');
  const best = highest(rows.filter(({ recipe }) => recipe !== 'scratch'));
  if (scratch?.interval === undefined || best?.interval === undefined || best.gain === undefined) return 'not run yet.';
  const apart = best.interval.low > scratch.interval.high;
  const isReached = apart && best.gain.mean > 0 && best.gain.mean >= margin;
  return (
    `${isReached ? 'reached' : 'not reached'}. \`${best.recipe}\` has ${accuracyOf(best)} (95 % ${range(best.interval, percent)}), ` +
    `scratch ${accuracyOf(scratch)} (${range(scratch.interval, percent)}); the paired difference is ${points(best.gain.mean)} points (${range(best.gain, points)}).`
  );
}

/**
 * @param {readonly Row[]} rows
 * @param {number} least
 */
function reached(rows, least) {
  const best = highest(rows);
  if (best === undefined) return 'not run yet.';
  return `${best.testAccuracy.mean >= least ? 'reached' : 'not reached'}. \`${best.recipe}\` has ${percent(best.testAccuracy.mean)}.`;
}

/** @param {readonly Row[]} rows */
function highest(rows) {
  return [...rows].sort((a, b) => b.testAccuracy.mean - a.testAccuracy.mean)[0];
}
