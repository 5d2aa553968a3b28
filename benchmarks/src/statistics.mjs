/**
 * @typedef {object} Spread
 * @property {number} median
 * @property {number} low the lower quartile
 * @property {number} high the upper quartile
 */

/**
 * Median and quartiles, interpolated linearly.
 *
 * @param {readonly number[]} values at least one
 * @returns {Spread}
 */
export function spreadOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (/** @type {number} */ part) => {
    const place = part * (sorted.length - 1);
    const below = sorted[Math.floor(place)] ?? Number.NaN;
    const above = sorted[Math.ceil(place)] ?? Number.NaN;
    return below + (above - below) * (place - Math.floor(place));
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/**
 * The spread of a ÷ b, pair by pair: what both suffered in one round cancels.
 *
 * @param {readonly number[]} a
 * @param {readonly number[]} b as many
 */
export function ratioOf(a, b) {
  return spreadOf(a.map((each, round) => each / (b[round] ?? Number.NaN)));
}
