/**
 * @typedef {import('@graft-ml/core').ResultRow} Row
 */

const NONE = '–';

/**
 * One label count as a Markdown table, baseline first, then by mean.
 *
 * @param {readonly Row[]} rows
 */
export function tableOf(rows) {
  const order = [...rows].sort(
    (a, b) =>
      Number(b.recipe === 'scratch') - Number(a.recipe === 'scratch') || b.testAccuracy.mean - a.testAccuracy.mean,
  );
  const tuned = rows.some(({ settings }) => settings !== undefined);
  const header = [
    'recipe',
    'seeds',
    'accuracy',
    '95 % interval',
    'against scratch',
    'by t',
    'bootstrap',
    'trainable',
    'MB',
    's',
  ];
  const lines = order.map((row) => [
    `\`${row.recipe}\`${row.negativeTransfer ? ' ▼' : ''}`,
    `${row.seeds.length}`,
    accuracyOf(row),
    row.interval === undefined ? NONE : range(row.interval, percent),
    row.gain === undefined ? NONE : bold(points(row.gain.mean), row.gain.low > 0 || row.gain.high < 0),
    row.gain === undefined ? NONE : range(row.gain, points),
    row.gain?.bootstrap === undefined ? NONE : range(row.gain.bootstrap, points),
    row.trainableParameters.toLocaleString('en'),
    row.peakBytes === undefined ? NONE : (row.peakBytes / 1e6).toFixed(0),
    row.trainSeconds.toFixed(row.trainSeconds < 10 ? 1 : 0),
    ...(tuned ? [settingsOf(row)] : []),
  ]);
  const columns = tuned ? [...header, 'chosen'] : header;
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map((_, at) => (at === 0 ? '---' : '---:'))), ...lines.map(line)].join('\n');
}

/** @param {Row} row */
function settingsOf({ settings = {} }) {
  return Object.entries(settings)
    .map(([name, value]) => `${name === 'learningRate' ? 'rate' : name} ${value}`)
    .join(', ');
}

/** @param {Row} row */
export function accuracyOf({ testAccuracy: { mean, sd, values } }) {
  return values.length > 1 ? `${percent(mean)} ± ${percent(sd)}` : percent(mean);
}

/**
 * @param {{ low: number, high: number }} interval
 * @param {(value: number) => string} text
 */
export function range({ low, high }, text) {
  return `${text(low)} to ${text(high)}`;
}

/** @param {number} fraction */
export function percent(fraction) {
  return (100 * fraction).toFixed(2);
}

/** @param {number} difference */
export function points(difference) {
  return `${difference < 0 ? '−' : '+'}${Math.abs(100 * difference).toFixed(2)}`;
}

/**
 * @param {string} text
 * @param {boolean} isBold
 */
function bold(text, isBold) {
  return isBold ? `**${text}**` : text;
}
