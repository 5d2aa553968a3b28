import { accuracyOf, percent, points, range } from './table.mjs';

/**
 * @typedef {import('@graft-ml/core').ResultRow} Row
 * @typedef {{ part: import('./plan.mjs').Part, rows: readonly Row[], missing: number }} Shown
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
  const missing = (/** @type {string} */ id) => shown.find(({ part }) => part.id === id)?.missing ?? 0;
  return [
    `- The best transfer recipe beats an equally tuned scratch with 100 labels by at least 3 points, with intervals that do not overlap: ${against(rows('tuned', 100), 0.03, missing('tuned'))}`,
    `- The same with 1,000 labels, by any margin: ${against(rows('tuned', 1000), 0, missing('tuned'))}`,
    `- With all labels the best recipe reaches 92 %: ${reached(rows('all-labels', undefined), 0.92, missing('all-labels'))}`,
    `- On real photos transfer beats scratch by at least 15 points: ${against(rows('photos', undefined), 0.15, missing('photos'))}`,
  ];
}

/**
 * @param {readonly Row[]} rows
 * @param {number} margin
 * @param {number} missing
 */
function against(rows, margin, missing) {
  const scratch = rows.find(({ recipe }) => recipe === 'scratch');
  const best = highest(rows.filter(({ recipe }) => recipe !== 'scratch'));
  if (scratch?.interval === undefined || best?.interval === undefined || best.gain === undefined) return 'not run yet.';
  const apart = best.interval.low > scratch.interval.high;
  const isReached = apart && best.gain.mean > 0 && best.gain.mean >= margin;
  return (
    `${verdict(isReached, missing)}. \`${best.recipe}\` has ${accuracyOf(best)} (95 % ${range(best.interval, percent)}), ` +
    `scratch ${accuracyOf(scratch)} (${range(scratch.interval, percent)}); the paired difference is ${points(best.gain.mean)} points (${range(best.gain, points)}).`
  );
}

/**
 * @param {readonly Row[]} rows
 * @param {number} least
 * @param {number} missing
 */
function reached(rows, least, missing) {
  const best = highest(rows);
  if (best === undefined) return 'not run yet.';
  return `${verdict(best.testAccuracy.mean >= least, missing)}. \`${best.recipe}\` has ${percent(best.testAccuracy.mean)}.`;
}

/**
 * @param {boolean} isReached
 * @param {number} missing
 */
function verdict(isReached, missing) {
  if (missing > 0) return `${isReached ? 'reached' : 'not reached'} so far, while ${missing} runs are missing`;
  return isReached ? 'reached' : 'not reached';
}

/** @param {readonly Row[]} rows */
function highest(rows) {
  return [...rows].sort((a, b) => b.testAccuracy.mean - a.testAccuracy.mean)[0];
}
