/** @typedef {import('./summary.mjs').Line} Line */
/** @typedef {import('./summary.mjs').Comparison} Comparison */
/** @typedef {import('./peers.mjs').Peer} Peer */

/**
 * The lines as a Markdown table, padded so that it reads well as plain text too. A cell of another peer holds its own
 * number, then in bold Graft's time divided by its time (median, quartiles in brackets). Reasons why a cell is empty
 * stand below.
 *
 * @param {readonly Line[]} lines
 * @param {readonly Peer[]} peers
 */
export function tableOf(lines, peers) {
  const titles = new Map(peers.map(({ id, title }) => [id, title]));
  const families = [...new Set(peers.filter(({ family }) => family !== 'graft').map(({ family }) => family))];
  const familyOf = new Map(peers.map(({ id, family }) => [id, family]));
  /** @type {Map<string, string>} */
  const notes = new Map();
  const note = (/** @type {string} */ text) => {
    if (!notes.has(text)) notes.set(text, String(notes.size + 1));
    return `– [${notes.get(text)}]`;
  };
  const titleOf = (/** @type {string} */ family) =>
    peers.find((each) => each.family === family)?.title.replace(/, \d+ threads$/, '') ?? family;
  const header = ['row', 'Graft on', 'Graft', ...families.map(titleOf)];
  const body = lines.map((line) => [
    line.title,
    (titles.get(line.graft) ?? line.graft).replace('Graft, ', ''),
    line.value === undefined ? note(line.missing ?? '') : `${numberOf(line.value.median)} ${line.unit}`,
    ...families.map((family) => {
      const comparison = line.against.find(({ peer }) => familyOf.get(peer) === family);
      return comparison === undefined ? '' : cellOf(comparison, line.unit, note);
    }),
  ]);
  const doubts = lines.flatMap(({ title, doubts: found }) => found.map((doubt) => `${title}: ${doubt}`));
  return [
    padded([header, ...body]),
    ...[...notes].map(([text, at]) => `[${at}] ${text}`),
    ...doubts.map((doubt) => `! ${doubt}`),
    ...lines.flatMap(({ title, disturbed }) =>
      disturbed.length === 0 ? [] : [`~ ${title}: kept waiting (time ÷ CPU time): ${disturbed.join(', ')}`],
    ),
  ].join('\n');
}

/**
 * @param {Comparison} comparison
 * @param {string} unit
 * @param {(text: string) => string} note
 */
function cellOf({ value, ratio, missing }, unit, note) {
  if (value === undefined) return note(missing ?? '');
  const own = `${numberOf(value.median)} ${unit}`;
  if (ratio === undefined) return own;
  return `${own} · **${ratio.median.toFixed(2)}** (${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})`;
}

/** Three digits, and no more than two after the point. @param {number} value */
function numberOf(value) {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** @param {readonly (readonly string[])[]} rows the first is the header */
function padded(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length), 3));
  const [header = '', ...body] = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  return [header, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}
