import { ratioOf, spreadOf } from './statistics.mjs';

/** @typedef {import('./measure.mjs').Measured} Measured */
/** @typedef {import('./measure.mjs').Cell} Cell */
/** @typedef {import('./peers.mjs').Peer} Peer */
/** @typedef {import('./statistics.mjs').Spread} Spread */

/**
 * One line of the table: Graft on one Node and number of threads, beside each of the others.
 *
 * @typedef {object} Line
 * @property {string} row
 * @property {string} title
 * @property {string} unit
 * @property {string} graft the peer's id
 * @property {Spread} [value] in the row's unit
 * @property {string} [missing]
 * @property {Comparison[]} against
 * @property {number} load the machine's load average when the row ended
 * @property {string[]} doubts what must not be so: losses that do not fall, results that differ
 * @property {string[]} disturbed peers that waited for the processor, and by what factor
 */

/**
 * @typedef {object} Comparison
 * @property {string} peer
 * @property {Spread} [value] the peer's own, in the row's unit
 * @property {Spread} [ratio] Graft's time ÷ the peer's, over rounds: below 1 Graft is faster
 * @property {string} [missing]
 */

/** How much more wall time than CPU time a single thread may take before it must have been disturbed. */
const DISTURBED = 1.15;

/**
 * @param {readonly Measured[]} measured
 * @param {readonly Peer[]} peers
 * @returns {Line[]}
 */
export function summarise(measured, peers) {
  const family = (/** @type {string} */ name) => peers.filter((each) => each.family === name);
  return measured.flatMap(({ row, cells, load }) =>
    family('graft').map((graft) => {
      const cellOf = (/** @type {Peer} */ { id }) => cells.find((cell) => cell.peer === id);
      const own = cellOf(graft);
      const others = peers.filter((each) => each.family !== 'graft' && each.threads === graft.threads);
      return {
        row: row.id,
        title: row.title,
        unit: row.unit,
        graft: graft.id,
        ...valueOf(row, own),
        against: others.map((each) => compare(row, own, each.id, cellOf(each))),
        load,
        doubts: [graft, ...others].flatMap((each) => doubtsOf(each, cellOf(each))),
        disturbed: [graft, ...others].flatMap((each) => disturbanceOf(each, cellOf(each))),
      };
    }),
  );
}

/**
 * @param {Measured['row']} row
 * @param {Cell | undefined} own
 * @param {string} peer
 * @param {Cell | undefined} theirs
 * @returns {Comparison}
 */
function compare(row, own, peer, theirs) {
  const comparison = { peer, ...valueOf(row, theirs) };
  if (own === undefined || theirs === undefined || row.unit === '%') return comparison;
  if (own.missing !== undefined || theirs.missing !== undefined) return comparison;
  return { ...comparison, ratio: ratioOf(own.values, theirs.values) };
}

/**
 * @param {Measured['row']} row
 * @param {Cell | undefined} cell
 * @returns {{ value: Spread } | { missing: string }}
 */
function valueOf(row, cell) {
  if (cell === undefined) return { missing: 'not measured' };
  if (cell.missing !== undefined) return { missing: cell.missing };
  const { flop } = row;
  return { value: spreadOf(flop === undefined ? cell.values : cell.values.map((ms) => flop / ms / 1e6)) };
}

/**
 * @param {Peer} peer
 * @param {Cell | undefined} cell
 */
function doubtsOf({ title }, cell) {
  return (cell?.doubts ?? []).map((doubt) => `${title}: ${doubt}`);
}

/**
 * @param {Peer} peer
 * @param {Cell | undefined} cell
 */
function disturbanceOf({ title, threads }, cell) {
  if (threads !== 1 || cell === undefined || cell.waited.length === 0) return [];
  const waited = spreadOf(cell.waited).median;
  return waited > DISTURBED ? [`${title} ${waited.toFixed(2)}`] : [];
}

/**
 * Naive ÷ cached for the linear probe: how many times faster it is to compute features once. Measured in one run, not
 * round by round.
 *
 * @param {readonly Measured[]} measured
 * @param {readonly Peer[]} peers
 * @returns {{ cached: string, naive: string, ratio: number }[]}
 */
export function gainOfCaching(measured, peers) {
  const cellsOf = (/** @type {string} */ id) => {
    const cells = measured.find(({ row }) => row.id === id)?.cells ?? [];
    return cells.filter((cell) => cell.missing === undefined && cell.values.length > 0);
  };
  const grafts = new Set(peers.filter(({ family }) => family === 'graft').map(({ id }) => id));
  return cellsOf('linear-probe-cached')
    .filter(({ peer }) => grafts.has(peer))
    .flatMap((cached) =>
      cellsOf('linear-probe-naive').map((naive) => ({
        cached: cached.peer,
        naive: naive.peer,
        ratio: spreadOf(naive.values).median / spreadOf(cached.values).median,
      })),
    );
}
